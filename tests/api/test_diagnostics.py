"""What is handed to somebody who helps, and what is not in it."""

import getpass
from pathlib import Path

import pytest

from desktop.api.puna.diagnostics import Redactor
from tests.api.conftest import Shelf
from tests.api.served import serving


@pytest.mark.slow
def test_it_tells_what_helps_and_nothing_private(shelf: Shelf, tmp_path: Path) -> None:
    home = tmp_path / "home"
    origins = ["https://my-secret-page.example"]
    with serving(home, shelf.root, parallel=3, origins=origins) as served:
        key = served.post("/api/puna/apps", {"name": "My notes"}).json()["key"]
        question = "What does this rash look like?"
        served.whole("/api/generate", {"model": "script", "prompt": question})
        log = home / "logs" / "puna.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"a {home / 'user' / 'x.gguf'}\nasked with Authorization: Bearer {key}\n")
        text = served.http.get("/api/puna/diagnostics").json()["text"]
    for found in (
        "## Machine",
        "parallel = 3 (from: start)",
        "origins = 1 of them",
        "script:latest: ",
    ):
        assert found in text
    assert "a ~/x.gguf" in text
    for private in (key, question, "my-secret-page", str(home / "user")):
        assert private not in text
    if getpass.getuser() not in ("root", "user", "admin"):
        assert getpass.getuser() not in text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/home/ada/.local/x", "~/.local/x"),
        (r"C:\Users\Ada\x", r"C:\Users\<name>\x"),
        ("mail ada@example.org", "mail <mail>"),
        ("token=abc123 next", "token=<key> next"),
        ('{"api_key": "abc"}', '{"api_key": <key>'),
        ("Authorization: Basic YWRhOng=", "Authorization: Basic <key>"),
        ("https://ada:pw@hub.example/x?sig=1#y", "https://<key>@hub.example/x"),
        ("from 192.168.1.20:80 to 127.0.0.1", "from <address>:80 to 127.0.0.1"),
        ("fe80:0:0:1::2 asks", "<address> asks"),
        ("version 1.2.3, 10:20:30, adamant", "version 1.2.3, 10:20:30, adamant"),
        ("on adas-laptop", "on <name>"),
        ("hf_abcdefgh12345678", "<key>"),
        ("the web page http://10.0.0.9:80 was refused", "the web page <page> was refused"),
    ],
)
def test_what_is_taken_out(text: str, clean: str) -> None:
    assert Redactor(Path("/home/ada"), ["ada", "adas-laptop"]).clean(text) == clean
