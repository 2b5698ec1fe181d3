"""Our key: made once, readable for us alone, and what it signs others can check."""

import base64
import os
import subprocess
import threading
from pathlib import Path
from shutil import which

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_public_key,
)

from desktop.models.registry.errors import KeyInvalid
from desktop.models.registry.key import Key


def test_made_when_first_needed_and_then_kept(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = Key(folder)
    assert not folder.exists()
    public = key.public
    assert public.startswith("ssh-ed25519 AAAA")
    assert (folder / "id_ed25519.pub").read_text() == public + "\n"
    assert (folder / "id_ed25519").read_bytes().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")
    assert sorted(path.name for path in folder.iterdir()) == ["id_ed25519", "id_ed25519.pub"]
    assert Key(folder).public == public


def test_the_signature_is_that_of_the_public_key(tmp_path: Path) -> None:
    key = Key(tmp_path)
    wire, _, signature = key.authorization(b"GET,x").partition(":")
    public = load_ssh_public_key(f"ssh-ed25519 {wire}".encode())
    assert isinstance(public, Ed25519PublicKey)
    public.verify(base64.b64decode(signature), b"GET,x")
    assert key.public == f"ssh-ed25519 {wire}"


@pytest.mark.skipif(os.name != "posix", reason="no mode bits there")
def test_readable_for_its_owner_only(tmp_path: Path) -> None:
    key = Key(tmp_path)
    assert key.public
    assert key.file.stat().st_mode & 0o777 == 0o600
    key.file.chmod(0o644)
    assert Key(tmp_path).public == key.public
    assert key.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(which("ssh-keygen") is None, reason="OpenSSH is not here")
def test_openssh_reads_it(tmp_path: Path) -> None:
    key = Key(tmp_path)
    public = key.public
    command = ["ssh-keygen", "-y", "-f", str(key.file)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    assert told.stdout.strip() == public


def test_many_at_once_have_one_key(tmp_path: Path) -> None:
    start, found = threading.Barrier(8), set()

    def ask() -> None:
        key = Key(tmp_path)
        start.wait(10)
        found.add(key.public)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == {Key(tmp_path).public}


def test_a_damaged_key_is_explained_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "id_ed25519").write_bytes(b"nonsense")
    with pytest.raises(KeyInvalid, match=r"id_ed25519 is not a private key .*; move it away"):
        assert Key(tmp_path).public
    assert (tmp_path / "id_ed25519").read_bytes() == b"nonsense"


@pytest.mark.slow
@pytest.mark.skipif(which("ssh-keygen") is None, reason="OpenSSH is not here")
def test_a_key_with_a_password_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "id_ed25519"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(file)]
    subprocess.run(command, check=True, timeout=20)
    with pytest.raises(KeyInvalid, match="without a password"):
        assert Key(tmp_path).public


@pytest.mark.slow
def test_a_key_of_another_kind_is_explained(tmp_path: Path) -> None:
    other = generate_private_key(65537, 2048)
    content = other.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (tmp_path / "id_ed25519").write_bytes(content)
    with pytest.raises(KeyInvalid, match="is not an ed25519 key"):
        assert Key(tmp_path).public


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyInvalid, match=r"The key .* cannot be used: "):
        assert Key(tmp_path / "file" / "key").public
