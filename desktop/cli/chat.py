"""`puna run`: one answer, or a chat in the terminal."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

from desktop.client.answers import AnswerLine, Message
from desktop.client.client import Client
from desktop.core.errors import AppError

Connect = Callable[[], Client]
FENCE = '"""'
HELP = '''Commands:
  /?, /help   this list
  /clear      forget the conversation
  /bye        leave (also: Ctrl-D)
"""         begins and ends a text of several lines; Ctrl-C stops an answer.'''


def answer_once(connect: Connect, model: str, prompt: str) -> None:
    """Stream one answer to stdout."""

    pieces: list[str] = []

    async def ask() -> None:
        async with connect() as client:
            await _print_answer(client.generate(model, prompt), pieces)

    try:
        asyncio.run(ask())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        if any(pieces):
            print(flush=True)


def interactive(connect: Connect, model: str) -> None:
    """Chat until /bye or Ctrl-D. A failed question is told, and the chat goes on.

    Raises:
        AppError: the model cannot be loaded.
    """
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() line editing and history
    messages: list[Message] = []
    with asyncio.Runner() as runner:
        client = connect()
        try:
            runner.run(_print_answer(client.chat(model, []), []))
            for text in _texts():
                if text == "/clear":
                    messages.clear()
                else:
                    answer = client.chat(model, [*messages, Message("user", text)])
                    _turn(runner, answer, messages, text)
        finally:
            runner.run(client.close())


def _turn(
    runner: asyncio.Runner, answer: AsyncGenerator[AnswerLine], messages: list[Message], text: str
) -> None:
    """Print one answer and remember both sides, a stopped answer as far as it came."""
    pieces: list[str] = []
    try:
        runner.run(_print_answer(answer, pieces))
    except KeyboardInterrupt:
        pass
    except AppError as error:
        print(f"puna: {error}", file=sys.stderr)
        return
    finally:
        print("\n", flush=True)
    messages += [Message("user", text), Message("assistant", "".join(pieces))]


async def _print_answer(answer: AsyncGenerator[AnswerLine], pieces: list[str]) -> None:
    """Print pieces as they come, and collect them; a spinner shows that the first is awaited or
    thought about."""
    with contextlib.ExitStack() as waiting:
        if sys.stderr.isatty() and sys.stdout.isatty():
            from rich.console import Console

            waiting.enter_context(Console(stderr=True).status(""))
        async with aclosing(answer) as lines:
            async for line in lines:
                if not line.text:
                    continue  # it thinks
                waiting.close()
                pieces.append(line.text)
                print(line.text, end="", flush=True)


def _texts() -> Iterator[str]:
    """What the user types, without the commands that need nothing but the terminal."""
    while True:
        try:
            text = _read_text()
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print("\nUse Ctrl-D or /bye to leave.")
            continue
        if text in ("/bye", "/exit"):
            return
        if text in ("/?", "/help"):
            print(HELP)
        elif text.startswith("/") and text != "/clear":
            print(f"There is no command {text.split()[0]}; /? lists them.")
        elif text:
            yield text


def _read_text() -> str:
    """One line, or several between triple quotes."""
    text = input(">>> ").strip()
    if not text.startswith(FENCE):
        return text
    text = text.removeprefix(FENCE)
    while not text.rstrip().endswith(FENCE):
        text += "\n" + input("... ")
    return text.rstrip().removesuffix(FENCE).strip()
