"""Measures how fast a prompt is read that no cache knows: its tokens by the wait for the first
token.
"""

from tests.bench.figures import Bar, Figure, Limit
from tests.bench.pair import Pair
from tests.bench.plan import Plan
from tests.bench.texts import prose

LIMIT = Limit(Bar.RATIO, 0.95)
WORDS = {"1,500": 1365, "3,500": 3185}  # a full stop in every eleven words is a token, too


async def prompts(pair: Pair, plan: Plan) -> list[Figure]:
    return [await prompt_pace(pair, plan, name, words) for name, words in WORDS.items()]


async def prompt_pace(pair: Pair, plan: Plan, name: str, words: int) -> Figure:
    """llama-server's count of the tokens serves both sides: what comes out of a cache is no work,
    and servers differ in whether they count it.
    """
    paces: dict[str, list[float]] = {side.name: [] for side in pair}
    tokens = 0
    for turn in range(plan.rounds):
        text = prose(f"prompt/{name}/{turn}", words)
        answers = {}
        for side in pair.in_turn(turn):
            answers[side.name] = await side.answer(side.dialect.completion(text, 1))
        tokens = answers[pair.llama.name].prompt_tokens
        for who, answer in answers.items():
            paces[who].append(tokens / answer.first_token_s)
    return Figure(
        name=f"prompt of {name} tokens",
        unit="tokens/s",
        llama=paces[pair.llama.name],
        puna=paces[pair.puna.name],
        limit=LIMIT,
        note="" if abs(tokens / int(name.replace(",", "")) - 1) < 0.1 else f"in fact {tokens}",
    )
