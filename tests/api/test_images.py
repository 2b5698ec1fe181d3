"""Images and sounds over HTTP, in every dialect, to the tokens they become."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests import tiny_gguf, tiny_projector
from tests.api.served import Json, Served, serving
from tests.models.stores import put_blob, put_json, put_manifest
from tests.tiny_projector import IMAGE_TOKENS, SOUND_TOKENS, claimed_png, picture, sound

pytestmark = pytest.mark.slow

FEW = {"num_predict": 6, "temperature": 0}


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


RED, BLUE = text_of(picture(1)), text_of(picture(2))
NOISE = text_of(sound(1))


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with models that see, hear, and neither."""
    files = tmp_path_factory.mktemp("files")
    tiny_gguf.write_random_model(files / "model")
    tiny_projector.write_llava_projector(files / "eyes")
    tiny_projector.write_sound_projector(files / "ears")
    root = tmp_path_factory.mktemp("store") / "models"
    tiny_projector.write_grid_model(files / "grid model")
    tiny_projector.write_grid_projector(files / "grid")
    made = {"sees": ["eyes"], "hears": ["ears"], "reads": [], "sees in rows": ["grid"]}
    for name, projectors in made.items():
        # One token more or less makes another file of it, and so another worker.
        file = files / ("grid model" if projectors == ["grid"] else "model")
        model = file.read_bytes() + name.encode()
        layers = [put_blob(root, (files / each).read_bytes(), "projector") for each in projectors]
        params = put_json(root, {"num_thread": 1, "num_predict": 6}, "params")
        put_manifest(root, name.replace(" ", "-"), [put_blob(root, model), *layers, params])
    home = tmp_path_factory.mktemp("home")
    with serving(home, root, max_loaded_models=4, keep_alive=-1) as served:
        yield served


def chat(served: Served, model: str, images: list[str], **fields: Any) -> Json:
    message = {"role": "user", "content": "What?", "images": images}
    return served.whole(
        "/api/chat", {"model": model, "messages": [message], "options": FEW} | fields
    )


def counted(served: Served, model: str, *images: str) -> int:
    return int(chat(served, model, list(images))["prompt_eval_count"])


def test_an_image_counts_and_is_known_again(seeing: Served) -> None:
    without = counted(seeing, "sees")
    one, two = counted(seeing, "sees", RED), counted(seeing, "sees", RED, BLUE)
    assert two - one == IMAGE_TOKENS
    assert one - without in range(IMAGE_TOKENS, IMAGE_TOKENS + 3)
    again = chat(seeing, "sees", [RED, BLUE])
    assert again["puna"]["cached_tokens"] == two - 1
    other = chat(seeing, "sees", [RED, RED])
    assert 0 < other["puna"]["cached_tokens"] < two - IMAGE_TOKENS
    assert other["message"] != again["message"]


def test_qwen_gets_images_large_enough_to_find_its_way(seeing: Served) -> None:
    without = counted(seeing, "sees-in-rows")
    assert counted(seeing, "sees-in-rows", RED) - without >= 1024


def test_a_sound_counts(seeing: Served) -> None:
    without, heard = counted(seeing, "hears"), counted(seeing, "hears", NOISE)
    assert heard - without in range(SOUND_TOKENS, SOUND_TOKENS + 3)


def test_generate_takes_images_too(seeing: Served) -> None:
    asked = {"model": "sees", "prompt": "What?", "images": [RED], "options": FEW}
    generated = seeing.whole("/api/generate", asked)
    assert generated["response"] == chat(seeing, "sees", [RED])["message"]["content"]
    raw = seeing.whole("/api/generate", asked | {"raw": True, "prompt": "a [img] b"})
    assert raw["prompt_eval_count"] > IMAGE_TOKENS


def test_webp_counts_as_any_image(seeing: Served) -> None:
    assert counted(seeing, "sees", text_of(picture(1, kind="WEBP"))) == counted(seeing, "sees", RED)


def test_the_prompt_is_shown_with_marks(seeing: Served) -> None:
    for model in ("sees", "reads"):
        found = chat(seeing, model, [RED, BLUE], _debug_render_only=True)
        assert "[img-0][img-1]What?" in found["_debug_info"]["rendered_template"]
        assert found["_debug_info"]["image_count"] == 2


def test_other_dialects_see_the_same(seeing: Served) -> None:
    expected = chat(seeing, "sees", [RED])["prompt_eval_count"]
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{RED}"}}
    asked = {
        "model": "sees",
        "max_tokens": 6,
        "messages": [{"role": "user", "content": [image, {"type": "text", "text": "What?"}]}],
    }
    openai = seeing.post("/v1/chat/completions", asked).json()
    assert openai["usage"]["prompt_tokens"] > IMAGE_TOKENS
    source = {"type": "base64", "media_type": "image/png", "data": RED}
    blocks = [{"type": "image", "source": source}, {"type": "text", "text": "What?"}]
    asked = {"model": "sees", "max_tokens": 6, "messages": [{"role": "user", "content": blocks}]}
    usage = seeing.post("/v1/messages", asked).json()["usage"]
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == expected


@pytest.mark.parametrize(
    ("model", "image", "status", "words"),
    [
        ("sees", "?", 400, "illegal base64 data at input byte 0"),
        ("sees", text_of(b"hello world"), 400, "no image or sound that can be read"),
        ("sees", "", 400, "empty"),
        ("sees", text_of(picture()[:70]), 400, "damaged"),
        ("sees", text_of(claimed_png(2**20, 2**20)), 400, "too large"),
        ("sees", text_of(claimed_png(2**13, 2**13)), 400, "damaged"),
        ("sees", NOISE, 400, "cannot hear"),
        ("hears", RED, 400, "cannot read images"),
        ("reads", RED, 400, "cannot read images"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_read_is_refused(
    seeing: Served, model: str, image: str, status: int, words: str, stream: bool
) -> None:
    message = {"role": "user", "content": "What?", "images": [image]}
    asked = {"model": model, "messages": [message], "stream": stream}
    found = seeing.refusal("/api/chat", asked)
    assert found[0] == status
    assert words in found[1]
    assert seeing.chat(model, ("user", "x"), options=FEW)["done"]


def test_a_prompt_too_long_because_of_images_is_refused(seeing: Served) -> None:
    message = {"role": "user", "content": "What?", "images": [RED] * 130}
    asked = {"model": "sees", "messages": [message], "options": {"num_ctx": 64}}
    reply = seeing.post("/api/chat", asked)
    assert reply.status_code == 400
    assert "exceed" in reply.json()["error"]


def transcribe(served: Served, data: bytes = b"", **fields: str) -> Any:
    files = {"file": ("said.wav", data, "audio/wav")} if data else {}
    return served.http.post(
        "/v1/audio/transcriptions", data={"model": "hears"} | fields, files=files or {"x": b"y"}
    )


def test_transcriptions(seeing: Served) -> None:
    reply = transcribe(seeing, sound(), language="en", prompt="Names: Ann")
    assert reply.status_code == 200, reply.text
    assert reply.json()["text"]
    plain = transcribe(seeing, sound(), language="en", prompt="Names: Ann", response_format="text")
    assert plain.headers["content-type"].startswith("text/plain")
    assert plain.text == reply.json()["text"]


@pytest.mark.parametrize(
    ("fields", "data", "status", "words"),
    [
        ({"model": ""}, sound(), 400, "model is required"),
        ({"model": "nobody"}, sound(), 404, "not found"),
        ({"model": "sees"}, sound(), 400, "does not support audio"),
        ({}, b"", 400, "file is required"),
        ({}, b"no sound", 400, "no image or sound"),
        ({"temperature": "hot"}, sound(), 400, "temperature"),
    ],
)
def test_transcriptions_that_are_refused(
    seeing: Served, fields: dict[str, str], data: bytes, status: int, words: str
) -> None:
    reply = transcribe(seeing, data, **fields)
    assert reply.status_code == status
    assert words in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"{}", "application/json", "failed to parse multipart form: request Content-Type"),
        (b"", "multipart/form-data", "failed to parse multipart form"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", "failed to parse multipart form"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            + bytes(3_000_000),
            "multipart/form-data; boundary=x",
            "failed to parse multipart form",
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nhears\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n'
            b"--x--\r\n",
            "multipart/form-data; boundary=x",
            "audio file is empty",
        ),
    ],
    ids=["json", "no boundary", "nonsense", "cut short", "empty"],
)
def test_forms_that_cannot_be_read(seeing: Served, body: bytes, kind: str, words: str) -> None:
    reply = seeing.http.post(
        "/v1/audio/transcriptions", content=body, headers={"content-type": kind}
    )
    assert reply.status_code == 400
    assert words in reply.json()["error"]["message"]
