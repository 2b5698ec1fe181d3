"""Thinking and text told apart."""

from tests.engine.formats.recorded import (
    APRIEL,
    GEMMA4,
    GO_THINKS,
    GRANITE,
    GRANITE_32,
    MAGISTRAL,
    QWEN3,
    Case,
)

CASES = {
    "thinks, then speaks": Case(
        template=QWEN3,
        answer="<think>\nOkay, a 'hello' → 你好.\n\n</think>\n\nHello!\n",
        thinking="Okay, a 'hello' → 你好.",
        text="Hello!\n",
    ),
    "does not think": Case(
        template=QWEN3, answer=" Hello <think> there", text=" Hello <think> there"
    ),
    "an empty thought": Case(template=QWEN3, answer="<think>\n\n</think>\n\nHi", text="Hi"),
    "the prompt opened it": Case(
        template=QWEN3,
        prompt_end="<|im_start|>assistant\n<think>\n",
        answer="Hm.</think>Yes.",
        thinking="Hm.",
        text="Yes.",
    ),
    "the prompt opened it, and the model again": Case(
        template=QWEN3,
        prompt_end="<think>",
        answer="<think>Hm.</think>Yes.",
        thinking="Hm.",
        text="Yes.",
    ),
    "the prompt closed it": Case(
        template=QWEN3, prompt_end="<think>\n\n</think>\n\n", answer="Yes.", text="Yes."
    ),
    "closed without having been opened": Case(
        template=QWEN3, answer="</think>\n\nYes.", text="Yes."
    ),
    "cut off": Case(template=QWEN3, answer="<think>I wonder </thi", thinking="I wonder </thi"),
    "tags inside of the thoughts and of the text": Case(
        template=QWEN3,
        answer="<think>`<think>` opens</think>`</think>` closes",
        thinking="`<think>` opens",
        text="`</think>` closes",
    ),
    "Mistral's": Case(
        template=MAGISTRAL,
        answer="[THINK]Hm [TH]. [/THINK]Yes [THINKER]",
        thinking="Hm [TH].",
        text="Yes [THINKER]",
    ),
    "Granite's, in words": Case(
        template=GRANITE_32,
        answer="Here is my thought process:\nHm.\n\nHere is my response:\nYes.",
        thinking="Hm.",
        text="Yes.",
    ),
    "Granite's": Case(
        template=GRANITE,
        answer="<think>Hm.</think><response>Yes.</response>",
        thinking="Hm.",
        text="Yes.",
    ),
    "Apriel's": Case(
        template=APRIEL,
        prompt_end="<|begin_assistant|>\nHere are my reasoning steps:\n",
        answer="Hm.\n[BEGIN FINAL RESPONSE]\nYes.\n[END FINAL RESPONSE]",
        thinking="Hm.",
        text="Yes.",
    ),
    "Go's": Case(
        template=GO_THINKS,
        answer="<reason>Hm.</reason> Yes.",
        thinking="Hm.",
        text="Yes.",
        tools=(),
    ),
    "Gemma 4's, between texts": Case(
        template=GEMMA4,
        answer="<|channel>thought\nHm.\n<channel|>One.<|channel>thought\nMore.<channel|> Two.",
        thinking="Hm.More.",
        text="One. Two.",
    ),
}
