"""gpt-oss."""

from tests.engine.formats.recorded import BERN, HARMONY, Case

CASES = {
    "thinks, then speaks": Case(
        template=HARMONY,
        prompt_end="<|start|>assistant",
        answer="<|channel|>analysis<|message|>Hm <é>.<|end|><|start|>assistant"
        "<|channel|>final<|message|>Yes.",
        thinking="Hm <é>.",
        text="Yes.",
    ),
    "calls": Case(
        template=HARMONY,
        prompt_end="<|start|>assistant",
        answer="<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>commentary"
        "<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather "
        '<|constrain|>json<|message|>{"city": "Bern", "days": 2}',
        thinking="Hm",
        text="I look.",
        calls=(BERN,),
    ),
    "the name before the channel": Case(
        template=HARMONY,
        prompt_end="<|start|>assistant",
        answer=" to=functions.get_weather<|channel|>commentary json<|message|>"
        '{"city": "Bern", "days": 2}<|call|><|start|>assistant'
        " to=now<|channel|>commentary<|message|>{}",
        calls=(BERN, ("now", {})),
    ),
    "malformed": Case(
        template=HARMONY,
        answer="<|channel|>commentary to=functions.now<|message|>{oops<|end|>",
        text="{oops",
    ),
    "code for a tool of its own": Case(
        template=HARMONY,
        answer="<|channel|>analysis to=python code<|message|>1 + 1<|call|>",
        thinking="1 + 1",
    ),
    "no heads at all": Case(template=HARMONY, answer="to be\nor not", text="to be\nor not"),
    "the prompt has the head": Case(
        template=HARMONY,
        prompt_end="<|end|><|start|>assistant<|channel|>final<|message|>",
        answer="Yes.<|return|>",
        text="Yes.",
    ),
    "without tools": Case(
        template=HARMONY,
        answer="<|channel|>commentary to=functions.now<|message|>{}<|call|>",
        text="{}",
        tools=(),
    ),
    "whole, but no JSON": Case(
        template=HARMONY,
        answer="<|channel|>commentary to=functions.now<|message|>{oops}<|end|>",
        text="{oops}",
    ),
}
