"""Measures the wait for the first token in turns 2 to 6 of a growing chat.

Twice: with fixed replies in the history (both sides read the very same prompts, but the reply of
the last turn is not the text they generated), and with the replies each side really gave, as
clients send them.
"""

from dataclasses import dataclass, field

from tests.bench.dialects import Messages
from tests.bench.figures import Bar, Figure, Limit
from tests.bench.pair import Pair, Side
from tests.bench.plan import Plan
from tests.bench.texts import QUESTIONS, REPLIES, prose

LIMIT = Limit(Bar.RATIO, 1.1, at_most=True)
REPLY_TOKENS = 48


@dataclass(slots=True)
class Conversation:
    """One side's view of the chat so far."""

    side: Side
    messages: Messages = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)  # turn 2 and later
    prompt_tokens: list[int] = field(default_factory=list)

    async def turn(self, question: str, reply: str | None) -> None:
        """Ask, then put `reply` into the history, or what was answered if it is None."""
        first = not self.messages
        self.messages.append({"role": "user", "content": question})
        answer = await self.side.answer(self.side.dialect.chat(self.messages, REPLY_TOKENS))
        self.messages.append({"role": "assistant", "content": reply or answer.text})
        if not first:
            self.waits_s.append(answer.first_token_s)
            self.prompt_tokens.append(answer.prompt_tokens)


async def conversation(pair: Pair, plan: Plan) -> list[Figure]:
    fixed = await growing_chat(pair, plan, "fixed replies", real=False)
    real = await growing_chat(pair, plan, "its own replies", real=True)
    return [fixed, real]


async def growing_chat(pair: Pair, plan: Plan, name: str, *, real: bool) -> Figure:
    """A fresh conversation in each round, one turn on one side, then the same on the other."""
    waits: dict[str, list[float]] = {side.name: [] for side in pair}
    different = 0
    for turn in range(plan.rounds):
        chats = [Conversation(side) for side in pair.in_turn(turn)]
        opening = prose(f"chat/{real}/{turn}", 60)  # so that turn 1 is cold in every round
        for number, question in enumerate(QUESTIONS):
            text = question if number else f"{opening}\n\n{question}"
            reply = None if real or number == len(REPLIES) else REPLIES[number]
            for chat in chats:
                await chat.turn(text, reply)
        for chat in chats:
            waits[chat.side.name] += chat.waits_s
        different += chats[0].prompt_tokens != chats[1].prompt_tokens
    note = f"prompts of the two sides differed in length in {different} of {plan.rounds} rounds"
    return Figure(
        name=f"turns 2-6, {name}",
        unit="ms to first token",
        llama=[1000 * wait for wait in waits[pair.llama.name]],
        puna=[1000 * wait for wait in waits[pair.puna.name]],
        limit=LIMIT,
        note=note if different else "",
    )
