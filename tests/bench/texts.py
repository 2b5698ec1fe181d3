"""Prompts. Every one is new to the servers (no cache can help), and the same in every run."""

import random

VOCABULARY = """
about after again air all along also always and animal another answer any apple area around ask
away back base bear beauty because been before began behind best better between big bird black
blue boat body book both box boy bring brought build busy call came can car care carry cause
center change check children city class clear close cold color come common complete contain cool
could country course cover cross cry cut dark day deep did differ direct distance dog done door
down draw dream drive dry during each early earth ease east eat end enough even ever every example
eye face fact fall family far farm fast father feel few field fill find fine fire first fish five
fly follow food foot force form found four free friend from front full game gave girl give gold
good govern grand great green ground group grow had half hand happen hard have head hear heat help
here high hill history hold home horse hot hour house hundred
"""
WORDS = VOCABULARY.split()


def prose(seed: str, words: int) -> str:
    """Text of so many common words, about one token each, in sentences of eleven."""
    dice = random.Random(seed)
    chosen = dice.choices(WORDS, k=words)
    sentences = (chosen[start : start + 11] for start in range(0, words, 11))
    return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)


def endless(seed: str) -> str:
    """A short prompt that even a small model goes on with for ever: a list, already begun.

    >>> endless("a") == endless("a"), endless("a") == endless("b")
    (True, False)
    """
    dice = random.Random(seed)
    step, start = dice.randint(1, 9), dice.randint(10, 99)
    numbers = ", ".join(str(start + step * index) for index in range(8))
    return f"{' '.join(dice.choices(WORDS, k=3)).capitalize()}: {numbers}, "


QUESTIONS = (
    "Explain how a bicycle stays upright while it is moving, and why it falls over when it stands "
    "still.",
    "Now tell me what the gears are for. I live at the foot of a steep hill and carry groceries "
    "twice a week.",
    "Which parts wear out first, how do I notice it, and what can I mend myself with simple tools "
    "at home?",
    "The chain makes a grinding sound since the last rain. Give me a list of steps to clean it "
    "and to oil it.",
    "Should I keep it outside in winter? There is a small roof, but the wind brings the snow in "
    "from the side.",
    "Sum up everything you have told me so far in a few plain sentences that I can pin to the "
    "wall of the shed.",
)

REPLIES = (
    "A moving bicycle is steered back under its rider all the time. When it leans to one side, "
    "the front wheel turns to that side, and the wheels move back under the weight. Standing "
    "still, it cannot do that, so it falls.",
    "Gears trade force for distance. A small ring in front and a large one behind make a hill "
    "easy, but every turn of the pedals takes you less far. With heavy bags, change down before "
    "the hill begins, not in the middle of it.",
    "Brake pads, tyres and the chain go first. Pads are done when their grooves are gone, tyres "
    "when the cords show, the chain when it can be lifted off the ring in front. All three can be "
    "changed at home with a few tools.",
    "Wipe the chain with an old cloth, brush the links with warm water and a drop of soap, dry it "
    "well, put one small drop of oil on every link, turn the pedals for a minute, and wipe off "
    "what is left on the outside.",
    "It may stay outside if it has to. Cover the saddle, oil the chain more often, let some air "
    "out of the tyres when there is ice, and take the lights and the battery inside, since they "
    "suffer most from the cold.",
)
