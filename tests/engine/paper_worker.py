"""A worker that stands where llama.cpp would fill a graphics card: its memory runs out in mid
answer unless its cache is in q8_0. The first argument says after how many pieces of text;
`dies`: it ends before the first one, in any case."""

import os
import sys

from desktop.worker.frames import pack, read_order
from desktop.worker.messages import (
    Buffer,
    Cancel,
    Failed,
    Finished,
    Generate,
    Load,
    Loaded,
    Ping,
    Pong,
    Prepared,
    Report,
    Text,
)


def send(*reports: Report) -> None:
    os.write(1, b"".join(map(pack, reports)))


def answer(ask: Generate, kind: str) -> None:
    send(Prepared(id=ask.id, tokens=1, dropped_messages=0, dropped_tokens=0, text=""))
    if sys.argv[1] == "dies":
        sys.exit("std::bad_alloc")
    if kind == "q8_0":
        send(Text(ask.id, "well", []), Finished(id=ask.id, reason="stop", prompt_tokens=1))
        return
    for _ in range(int(sys.argv[1])):
        send(Text(ask.id, "half", []))
    send(Failed(ask.id, "out_of_memory", "Memory ran out.", at_decode=True))


def main() -> None:
    source = sys.stdin.buffer
    load = read_order(source)
    assert isinstance(load, Load)
    send(
        Loaded(
            context_tokens=load.context_tokens,
            trained_tokens=0,
            vocabulary=1,
            cells=load.cells,
            devices=[],
            buffers=[Buffer("CPU", "kv", 1)],
            template="",
            tool_template="",
            memory="full",
        )
    )
    while order := read_order(source):
        if isinstance(order, Generate):
            answer(order, load.kv_cache_type)
        elif isinstance(order, Ping):
            send(Pong(order.number))
        else:
            assert isinstance(order, Cancel)


if __name__ == "__main__":
    main()
