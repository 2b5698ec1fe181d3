"""The client against a real HTTP server on loopback."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import pytest

from desktop.client.answers import AnswerLine, Message
from desktop.client.client import Client, RequestFailed
from desktop.client.probe import puna_answers
from desktop.core.errors import ServerUnreachable
from tests.protocol_server import ProtocolServer

pytestmark = pytest.mark.anyio
CLOSED_URL = "http://127.0.0.1:1"


async def text_of(chunks: AsyncGenerator[AnswerLine]) -> str:
    async with aclosing(chunks):
        return "".join([chunk.text async for chunk in chunks])


async def test_lists_are_decoded(protocol_server: ProtocolServer) -> None:
    async with Client(protocol_server.url) as client:
        version, tags, ps = await client.version(), await client.tags(), await client.ps()
    assert (version.version, version.puna) == ("0.33.0", "0.1.0")
    assert [(m.name, m.details.parameter_size) for m in tags] == [("echo:latest", "134.52M")]
    assert tags[0].modified_at.utcoffset() is not None
    assert [(m.name, m.size_vram, m.expires_at.year) for m in ps] == [("echo:latest", 0, 2318)]


async def test_show_and_unload(protocol_server: ProtocolServer) -> None:
    async with Client(protocol_server.url) as client:
        card = await client.show("echo")
        await client.unload("echo")
    assert card.model_info["llama.context_length"] == 8192
    assert protocol_server.requests[-1] == {"model": "echo", "keep_alive": 0}


async def test_generate_and_chat_stream(protocol_server: ProtocolServer) -> None:
    async with Client(protocol_server.url) as client:
        assert await text_of(client.generate("echo", "a b")) == "a b "
        assert await text_of(client.chat("echo", [Message("user", "ä ö")])) == "ä ö "
        assert await text_of(client.generate("echo", "")) == ""


async def test_import_reports_progress_and_name(protocol_server: ProtocolServer) -> None:
    async with Client(protocol_server.url) as client:
        lines = [line async for line in client.import_file("/m.gguf", "m:1")]
    assert [line.completed for line in lines] == [0, 50, 100, 0]
    assert lines[-1].model == "m:1"


async def test_an_error_answer_keeps_its_words_status_and_code(
    protocol_server: ProtocolServer,
) -> None:
    async with Client(protocol_server.url) as client:
        with pytest.raises(RequestFailed, match=r"^model 'nix' not found$") as caught:
            await client.show("nix")
        assert (caught.value.status, caught.value.server_code) == (404, "model_not_found")
        with pytest.raises(RequestFailed, match="not found"):
            await text_of(client.generate("nix", "hi"))


async def test_an_answer_that_is_not_ours_is_told(protocol_server: ProtocolServer) -> None:
    protocol_server.installed = [{"name": 7}]
    async with Client(protocol_server.url) as client:
        with pytest.raises(RequestFailed, match="does not understand"):
            await client.tags()


@pytest.mark.parametrize(
    ("model", "error"),
    [("broken", "unexpectedly stopped"), ("cut", "was lost")],
)
async def test_a_stream_that_fails_midway(
    protocol_server: ProtocolServer, model: str, error: str
) -> None:
    kind = RequestFailed if model == "broken" else ServerUnreachable
    pieces: list[str] = []

    async def read(client: Client) -> None:
        async for chunk in client.generate(model, "one two"):
            pieces.append(chunk.text)  # noqa: PERF401 - kept when the stream fails

    async with Client(protocol_server.url) as client:
        with pytest.raises(kind, match=error):
            await read(client)
    assert pieces == ["one "]


async def test_closing_a_stream_closes_the_connection(protocol_server: ProtocolServer) -> None:
    async with Client(protocol_server.url) as client:
        async with aclosing(client.generate("endless", "go")) as chunks:
            async for _ in chunks:
                break
        assert await asyncio.to_thread(protocol_server.client_gone.wait, 5)


async def test_cancelling_a_stream_closes_the_connection(protocol_server: ProtocolServer) -> None:
    first = asyncio.Event()

    async def read() -> None:
        async for _ in client.chat("endless", [Message("user", "go")]):
            first.set()

    async with Client(protocol_server.url) as client:
        task = asyncio.create_task(read())
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(protocol_server.client_gone.wait, 5)


@pytest.mark.parametrize(
    "call",
    [lambda client: client.version(), lambda client: text_of(client.generate("m", "p"))],
)
async def test_no_server(call: Callable[[Client], object]) -> None:
    async with Client(CLOSED_URL) as client:
        with pytest.raises(ServerUnreachable, match=r"No server answers.*puna serve"):
            await call(client)  # type: ignore[misc]


def test_an_address_that_is_none() -> None:
    with pytest.raises(ServerUnreachable, match="not an address"):
        Client("http://localhost:port")


async def test_a_proxy_is_not_asked_for_loopback(
    protocol_server: ProtocolServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", CLOSED_URL)
    monkeypatch.setenv("ALL_PROXY", CLOSED_URL)
    async with Client(protocol_server.url) as client:
        assert (await client.version()).puna


async def test_probe_tells_puna_from_others(protocol_server: ProtocolServer) -> None:
    assert await puna_answers(protocol_server.url)
    assert not await puna_answers(CLOSED_URL)
    with ProtocolServer(puna="") as other:
        assert not await puna_answers(other.url)
