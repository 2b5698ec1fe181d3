"""The marks of the families of models: a row for each, in the order in which they are tried."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from desktop.engine.events import ToolCall
from desktop.engine.formats.body import Body, Either, Enclosed
from desktop.engine.formats.element_calls import function_elements, key_value_elements
from desktop.engine.formats.format import Situation
from desktop.engine.formats.json_calls import JsonCalls, NamedCall
from desktop.engine.formats.literal_calls import gemma_calls, python_calls, python_tag
from desktop.engine.formats.marked import Opening

Read = Callable[[str, Situation], Sequence[ToolCall]]

_ELEMENT = re.compile(r"\s*(?:[<{\w\"=].*)?", re.DOTALL)
_NAME_FIRST = re.compile(r"\s*[\w.\-/:]*\s*(?:<.*)?", re.DOTALL)
_CODE = re.compile(r"\s*\[?\s*[\w.\-]*\s*(?:\(.*)?|\s*\[?\s*(?:\{.*)?", re.DOTALL)
_GEMMA = re.compile(r"\s*c?a?l?l?:?(?:(?<=call:).*)?", re.DOTALL)
_ANYTHING = re.compile(r".*", re.DOTALL)
_DEEPSEEK = re.compile(
    r"(?:function<｜tool▁sep｜>)?(?P<name>[^<\s]+?)(?:<｜tool▁sep｜>)?\s*(?:```json)?"
)
_KIMI = re.compile(
    r"(?P<id>(?:functions\.)?(?P<name>[^\s:<]+)(?::\d+)?)<\|tool_call_argument_begin\|>"
)
_MISTRAL = re.compile(r"(?P<name>[^\s\[{]+)\s*(?:\[CALL_ID\]\w*)?\s*(?:\[ARGS\])?")
_SOLAR = re.compile(r"[^<]*<\|tool_call:name\|>(?P<name>[^\s<]+)<\|tool_call:args\|>")


@dataclass(frozen=True, slots=True)
class Thinking:
    """Models whose template has `sign` think between these marks."""

    sign: str
    opening: str
    closing: str
    again: bool = False
    framing: tuple[str, ...] = ()
    """Marks around what they say afterwards."""


@dataclass(frozen=True, slots=True)
class Calling:
    """Models whose template has one of `signs` call so."""

    signs: tuple[str, ...]
    openings: tuple[Opening, ...]
    dropped: tuple[str, ...] = ()


def _json(situation: Situation) -> Body:
    return JsonCalls(situation.tool_names, fenced=True)


def _known_json(situation: Situation) -> Body:
    return JsonCalls(situation.tool_names, only_known=True)


def _fenced_json(situation: Situation) -> Body:
    return JsonCalls(situation.tool_names, only_known=True, fenced=True)


def _named(head: re.Pattern[str]) -> Callable[[Situation], Body]:
    return lambda situation: NamedCall(head, situation.tool_names)


def _enclosed(
    closing: str, read: Read, head: re.Pattern[str], last: tuple[str, ...] = ()
) -> Callable[[Situation], Body]:
    return lambda situation: Enclosed(closing, lambda text: read(text, situation), head, last)


def _gemma(closing: str, quote: str) -> Callable[[Situation], Body]:
    def read(text: str, situation: Situation) -> Sequence[ToolCall]:
        return gemma_calls(text, quote, situation)

    return _enclosed(closing, read, _GEMMA, ("}",))


def _tool_call_element(situation: Situation) -> Body:
    """`<tool_call>` has three kinds of contents, of which a template tells only one."""

    def choose(first: str) -> Body:
        if first in "{[":
            return JsonCalls(situation.tool_names, fenced=True)
        read, head = (
            (function_elements, _ELEMENT) if first == "<" else (key_value_elements, _NAME_FIRST)
        )
        last = ("</function>",) if first == "<" else ()
        return Enclosed("</tool_call>", partial(read, situation=situation), head, last)

    return Either(choose)


def _mistral(situation: Situation) -> Body:
    names = situation.tool_names
    return Either(lambda first: JsonCalls(names) if first in "{[" else NamedCall(_MISTRAL, names))


def _python_tag(situation: Situation) -> Body:
    def choose(first: str) -> Body:
        if first in "{[":
            return JsonCalls(situation.tool_names)
        read = partial(python_tag, situation=situation)
        return Enclosed("<|eom_id|>", read, _ANYTHING, ("",))

    return Either(choose)


THINKING = (
    Thinking("<|START_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>", again=True),
    Thinking("<|channel>", "<|channel>thought", "<channel|>", again=True),
    Thinking("[THINK]", "[THINK]", "[/THINK]", again=True),
    Thinking("<seed:think>", "<seed:think>", "</seed:think>"),
    Thinking("<mm:think>", "<mm:think>", "</mm:think>"),
    Thinking("<|inner_prefix|>", "<|inner_prefix|>", "<|inner_suffix|>", again=True),
    Thinking("<|tool_call:begin|>", "<|think|>", "<|end|>", again=True),
    Thinking(
        "[BEGIN FINAL RESPONSE]",
        "Here are my reasoning steps:",
        "[BEGIN FINAL RESPONSE]",
        framing=("[END FINAL RESPONSE]",),
    ),
    Thinking("Here is my response:", "Here is my thought process:", "Here is my response:"),
    Thinking("<response></resp", "<think>", "</think>", framing=("<response>", "</response>")),
    Thinking("</think>", "<think>", "</think>"),
)

_FUNCTION = Opening(
    "<function=",
    _enclosed("</function>", function_elements, _ELEMENT),
    kept=True,
)

BARE = (
    Opening("{", _known_json, first=True, ordinary=True),
    Opening("[", _known_json, first=True, ordinary=True),
    Opening("```json", _fenced_json, first=True, ordinary=True),
)
"""Where nothing else tells a call: the whole answer is one, of a function that there is."""

USUAL = Calling(
    ("<tool_call>",),
    (Opening("<tool_call>", _tool_call_element), _FUNCTION, *BARE),
    ("</tool_call>",),
)
"""What most models write, and what those fall into whose template does not tell."""

CALLING = (
    Calling(
        ("<|tool_call>",),
        (Opening("<|tool_call>", _gemma("<tool_call|>", '<|"|>')),),
        ("<tool_call|>", '<|"|>', "<|tool_response>", "<tool_response|>", "<|channel>"),
    ),
    Calling(
        ("<start_function_call>",),
        (Opening("<start_function_call>", _gemma("<end_function_call>", "<escape>")),),
        ("<end_function_call>", "<escape>", "<start_function_response>"),
    ),
    Calling(
        ("<｜tool▁call▁begin｜>",),
        (Opening("<｜tool▁call▁begin｜>", _named(_DEEPSEEK)),),
        (
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁calls▁end｜>",
            "<｜tool▁call▁end｜>",
            "```<｜tool▁call▁end｜>",
            "<｜tool▁sep｜>",
        ),
    ),
    Calling(
        ("｜DSML｜",),
        (
            Opening(
                "<｜DSML｜invoke",
                _enclosed("</｜DSML｜invoke>", function_elements, _ELEMENT),
                kept=True,
            ),
        ),
        (
            "<｜DSML｜function_calls>",
            "</｜DSML｜function_calls>",
            "<｜DSML｜tool_calls>",
            "</｜DSML｜tool_calls>",
            "</｜DSML｜invoke>",
        ),
    ),
    Calling(
        ("<|tool_call_argument_begin|>",),
        (Opening("<|tool_call_begin|>", _named(_KIMI)),),
        (
            "<|tool_calls_section_begin|>",
            "<|tool_calls_section_end|>",
            "<|tool_call_end|>",
            "<|tool_call_argument_begin|>",
        ),
    ),
    Calling(
        ("<|START_ACTION|>",),
        (Opening("<|START_ACTION|>", _json),),
        (
            "<|END_ACTION|>",
            "<|START_RESPONSE|>",
            "<|END_RESPONSE|>",
            "<|START_TEXT|>",
            "<|END_TEXT|>",
            "<|CHATBOT_TOKEN|>",
        ),
    ),
    Calling(("Action:",), (Opening("Action:", _json, own_line=True, ordinary=True),)),
    Calling(
        ("<|tool_call_start|>", "<|tool_list_start|>", "List of tools: ["),
        (
            Opening(
                "<|tool_call_start|>",
                _enclosed("<|tool_call_end|>", python_calls, _CODE, (")", "]", "}")),
            ),
        ),
        ("<|tool_call_end|>",),
    ),
    Calling(
        ("<|start_of_role|>",),
        (
            Opening("<|tool_call|>", _json),
            Opening("<tool_call>", _tool_call_element),
            *BARE,
        ),
        ("</tool_call>",),
    ),
    Calling(
        ("<|tool_call|>", "<|/tool_call|>", "<|tool|>", "functools"),
        (Opening("<|tool_call|>", _json), Opening("functools", _json, ordinary=True), *BARE),
        ("<|/tool_call|>",),
    ),
    Calling(
        ("[TOOL_CALLS]",),
        (Opening("[TOOL_CALLS]", _mistral), *BARE),
        ("[ARGS]", "[CALL_ID]"),
    ),
    Calling(
        ("<|tools_prefix|>",),
        (Opening("<|tools_prefix|>", _json),),
        ("<|tools_suffix|>",),
    ),
    Calling(
        ("<|tool_call:begin|>",),
        (Opening("<|tool_call:begin|>", _named(_SOLAR)),),
        (
            "<|tool_call:end|>",
            "<|tool_calls|>",
            "<|calls|>",
            "<|tool_call:name|>",
            "<|tool_call:args|>",
            "<|begin|>assistant",
            "<|content|>",
            "<|end|>",
        ),
    ),
    Calling(("<TOOLCALL>",), (Opening("<TOOLCALL>", _json), *BARE), ("</TOOLCALL>",)),
    Calling(
        ("<seed:tool_call>",),
        (_FUNCTION,),
        ("<seed:tool_call>", "</seed:tool_call>", "</function>"),
    ),
    Calling(
        ("<minimax:tool_call>",),
        (
            Opening(
                "<invoke name=",
                _enclosed("</invoke>", function_elements, _ELEMENT),
                kept=True,
            ),
        ),
        ("<minimax:tool_call>", "</minimax:tool_call>", "</invoke>"),
    ),
    Calling(
        ("<tool_calls>",),
        (Opening("<tool_calls>", _json), *BARE),
        ("</tool_calls>",),
    ),
    Calling(("<|function_call|>",), (Opening("<|function_call|>", _json),)),
    Calling(
        ("'function call'", "function call<|role_sep|>"),
        (Opening("function call<|role_sep|>", _json),),
        ("<|message_sep|>", "<|role_sep|>"),
    ),
    Calling(
        ("<param name=",),
        (
            Opening(
                '<function name="',
                _enclosed("</function>", function_elements, _ELEMENT),
                kept=True,
            ),
        ),
    ),
    USUAL,
    Calling(("<function=",), (_FUNCTION,)),
    Calling(
        ("```tool_code",),
        (Opening("```tool_code", _enclosed("```", python_calls, _ANYTHING), ordinary=True), *BARE),
    ),
    Calling(
        ("<|python_tag|>", "<|start_header_id|>"),
        (Opening("<|python_tag|>", _python_tag), *BARE),
    ),
)
