"""One client of the soak: asks something, again and again, and writes down what came of it."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import msgspec

from tests.soak.ledger import Failed, Ledger
from tests.soak.service import EMBEDDER, SPEAKERS

_DIALECT_CODES = {"api_error": "worker_died", "overloaded_error": "queue_full"}  # Anthropic's
PATIENCE_S = 90.0  # a request that takes longer is lost
USER = {"role": "user", "content": "Tell me something, please."}

Json = dict[str, Any]
Work = Callable[[], Awaitable[bool]]
"""False: it was cancelled by us."""


class Client:
    """Asks one thing at a time."""

    def __init__(self, url: str, ledger: Ledger, seed: int) -> None:
        self._dice = random.Random(seed)
        self._number = seed
        self._made = 0
        self._ledger = ledger
        self._http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE_S)
        self._things: dict[str, tuple[int, Work]] = {  # how often, and what
            "generate": (20, self._generate),
            "chat stream": (20, self._chat),
            "openai stream": (10, self._openai),
            "anthropic": (10, self._anthropic),
            "embed": (10, self._embed),
            "cancel": (10, self._cancel),
            "slow reader": (4, self._read_slowly),
            "unload": (5, self._unload),
            "lists": (5, self._lists),
            "create and delete": (3, self._create),
        }

    async def run(self, until: float) -> None:
        """Until that time of the monotonic clock."""
        names = list(self._things)
        weights = [self._things[name][0] for name in names]
        async with self._http:
            while time.monotonic() < until:
                (name,) = self._dice.choices(names, weights)
                await self._once(name, self._things[name][1])

    async def _once(self, what: str, work: Work) -> None:
        started_at = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S):
                is_answered = await work()
        except (Failed, httpx.HTTPError, TimeoutError, msgspec.MsgspecError, KeyError) as error:
            self._ledger.failed(what, started_at, error)
        else:
            (self._ledger.answered if is_answered else self._ledger.cancelled)(what)

    # ---- what it asks

    async def _generate(self) -> bool:
        body = {"model": self._speaker(), "prompt": self._prompt(), "options": self._options()}
        found = await self._whole("/api/generate", body | {"stream": False})
        return bool(found["done"])

    async def _chat(self) -> bool:
        body = {"model": self._speaker(), "messages": [USER], "options": self._options()}
        last: Json = {}
        async with self._stream("/api/chat", body) as lines:
            async for line in lines:
                last = msgspec.json.decode(line)
                if "error" in last:
                    raise Failed(200, last.get("code", ""), last["error"])
        return bool(last["done"])

    async def _openai(self) -> bool:
        body = {"model": self._speaker(), "messages": [USER], "max_tokens": 30, "stream": True}
        last = ""
        async with self._stream("/v1/chat/completions", body) as lines:
            async for line in lines:
                last = line or last
                if '"error"' in line:
                    error = msgspec.json.decode(line.removeprefix("data: "))["error"]
                    raise Failed(200, error.get("code") or "", str(error))
        if last != "data: [DONE]":
            raise Failed(200, "cut off", last)
        return True

    async def _anthropic(self) -> bool:
        body = {"model": self._speaker(), "messages": [USER], "max_tokens": 30}
        found = await self._whole("/v1/messages", body)
        return bool(found["stop_reason"])

    async def _embed(self) -> bool:
        texts = [self._prompt() for _ in range(self._dice.randint(1, 20))]
        found = await self._whole("/api/embed", {"model": EMBEDDER, "input": texts})
        if len(found["embeddings"]) != len(texts):
            raise Failed(200, "incomplete", "vectors are missing")
        return True

    async def _cancel(self) -> bool:
        """Leave in the middle, or before the first word."""
        body = {"model": "endless", "prompt": self._prompt()}
        if self._dice.random() < 0.5:
            async with self._stream("/api/generate", body) as lines:
                async for _ in lines:
                    if self._dice.random() < 0.1:
                        return False
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._dice.random() * 0.5):
                await self._whole("/api/generate", body | {"stream": False})
                return True
        return False

    async def _read_slowly(self) -> bool:
        body = {"model": "endless", "prompt": "x", "options": {"num_predict": 2000}}
        pieces = 0
        async with self._stream("/api/generate", body) as lines:
            async for _ in lines:
                pieces += 1
                if pieces > 30:
                    return False
                await asyncio.sleep(0.05)
        return True

    async def _unload(self) -> bool:
        await self._whole("/api/generate", {"model": self._speaker(), "keep_alive": 0})
        return True

    async def _lists(self) -> bool:
        for path in ("/api/tags", "/api/ps", "/api/puna/status", "/v1/models"):
            _check(await self._http.get(path))
        return True

    async def _create(self) -> bool:
        self._made += 1
        name = f"made-{self._number}-{self._made}"
        body = {"model": name, "from": "script", "system": "Be kind.", "stream": False}
        await self._whole("/api/create", body)
        asked = {"model": name, "prompt": "x", "stream": False, "keep_alive": 0}
        try:
            await self._whole("/api/generate", asked)
        finally:
            _check(await self._http.request("DELETE", "/api/delete", json={"model": name}))
        return True

    # ---- how it asks

    async def _whole(self, path: str, body: Json) -> Json:
        return dict(_check(await self._http.post(path, json=body)).json())

    @contextlib.asynccontextmanager
    async def _stream(self, path: str, body: Json) -> AsyncIterator[AsyncIterator[str]]:
        async with self._http.stream("POST", path, json=body) as reply:
            if reply.status_code != 200:
                await reply.aread()
            yield _check(reply).aiter_lines()

    def _speaker(self) -> str:
        return self._dice.choice(SPEAKERS)

    def _prompt(self) -> str:
        return "the cat and that " * self._dice.choice((1, 1, 1, 5, 50))

    def _options(self) -> Json:
        options: Json = {"num_predict": self._dice.choice((1, 5, 40))}
        if self._dice.random() < 0.1:
            options["num_ctx"] = self._dice.choice((256, 1024, 4096))
        return options


def _check(reply: httpx.Response) -> httpx.Response:
    """Raises Failed, by what the body says in whichever dialect."""
    if reply.status_code == 200:
        return reply
    body = reply.json()
    error = body.get("error", "")
    code = body.get("code", "")
    if isinstance(error, dict):
        code = error.get("code") or error.get("type") or code
        error = error.get("message", "")
    raise Failed(reply.status_code, _DIALECT_CODES.get(code, code), error)
