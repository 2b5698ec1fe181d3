"""Calls in JSON, with all kinds of marks and with none."""

from tests.engine.formats.recorded import (
    APERTUS,
    APRIEL,
    BERN,
    COMMAND_A,
    COMMAND_R,
    DEEPSEEK,
    FUNCTOOLS,
    GIGACHAT,
    GO_TOOLS,
    GRANITE,
    KIMI,
    LLAMA,
    MAGISTRAL,
    MISTRAL,
    NEMOTRON,
    OTHER,
    PHI,
    SOLAR,
    Case,
)

CASES = {
    "Llama's": Case(
        template=LLAMA,
        answer='{"name": "get_weather", "parameters": {"city": "Bern", "days": 2}}',
        calls=(BERN,),
    ),
    "Llama's, several": Case(
        template=LLAMA,
        answer='\n{"type": "function", "name": "now", "parameters": {}}; '
        '{"name": "get_weather", "parameters": {"city": "Bern", "days": 2}}',
        calls=(("now", {}), BERN),
    ),
    "Llama's tag": Case(
        template=LLAMA,
        answer='<|python_tag|>{"name": "now", "parameters": {}}',
        calls=(("now", {}),),
    ),
    "Llama's built-in function": Case(
        template=LLAMA,
        answer='<|python_tag|>brave_search.call(query="weather in \\"Bern\\"")',
        calls=(("brave_search", {"query": 'weather in "Bern"'}),),
    ),
    "Llama's code without a tool for it": Case(
        template=LLAMA, answer="<|python_tag|>print(1 + 1)", text="print(1 + 1)"
    ),
    "Llama's code": Case(
        template=LLAMA,
        answer="<|python_tag|>import os\nos.listdir()",
        calls=(("python", {"code": "import os\nos.listdir()"}),),
        tools=({"type": "function", "function": {"name": "python"}},),
    ),
    "JSON that calls nobody": Case(
        template=LLAMA, answer='{"name": "Bern", "size": 2}', text='{"name": "Bern", "size": 2}'
    ),
    "an ordinary text in brackets": Case(
        template=LLAMA, answer="[1] says {so}.\n", text="[1] says {so}.\n"
    ),
    "a list": Case(
        template=OTHER,
        answer='[{"function": {"name": "now", "arguments": "{}"}}, {"name": "now"}]',
        calls=(("now", {}), ("now", {})),
    ),
    "in a fence": Case(
        template=OTHER,
        answer='```json\n{"name": "get_weather", "arguments": {"city": "Bern", "days": 2}}\n```',
        calls=(BERN,),
    ),
    "a fence with something else": Case(
        template=OTHER, answer='```json\n{"a": 1}\n```\nSo.', text='```json\n{"a": 1}\n```\nSo.'
    ),
    "Go's prefix": Case(
        template=GO_TOOLS,
        answer='<toolcall> {"name": "now", "arguments": {}} </toolcall>',
        calls=(("now", {}),),
    ),
    "Mistral's list": Case(
        template=MISTRAL,
        answer='[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Bern", "days": 2}}, '
        '{"name": "now", "arguments": {}, "id": "abcdefghi"}]',
        calls=(BERN, ("now", {})),
    ),
    "Mistral's names": Case(
        template=MAGISTRAL,
        answer='Looking.[TOOL_CALLS]get_weather[ARGS]{"city": "Bern", "days": 2}'
        "[TOOL_CALLS]now[CALL_ID]abcdefghi[ARGS]{}",
        text="Looking.",
        calls=(BERN, ("now", {})),
    ),
    "Mistral's, cut off": Case(template=MISTRAL, answer="So [TOOL_CALLS", text="So [TOOL_CALLS"),
    "Mistral's without tools": Case(template=MISTRAL, answer="[TOOL_CALLS]So", text="So", tools=()),
    "DeepSeek R1's": Case(
        template=DEEPSEEK,
        prompt_end="<｜Assistant｜><think>\n",
        answer="Hm\n</think>\n\nI look.<｜tool▁calls▁begin｜>"
        "<｜tool▁call▁begin｜>function<｜tool▁sep｜>"
        'get_weather\n```json\n{"city": "Bern", "days": 2}\n```<｜tool▁call▁end｜>\n'
        "<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜>"
        "<｜tool▁calls▁end｜>",
        thinking="Hm",
        text="I look.",
        calls=(BERN, ("now", {})),
    ),
    "DeepSeek V3.1's": Case(
        template=DEEPSEEK,
        prompt_end="</think>",
        answer="<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather"
        '<｜tool▁sep｜>{"city": "Bern", "days": 2}'
        "<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        calls=(BERN,),
    ),
    "DeepSeek's, malformed": Case(
        template=DEEPSEEK,
        answer="<｜tool▁call▁begin｜>now<｜tool▁sep｜>{oops<｜tool▁call▁end｜> Sorry.",
        text="now{oops Sorry.",
    ),
    "Kimi's": Case(
        template=KIMI,
        answer="<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0"
        '<|tool_call_argument_begin|>{"city": "Bern", "days": 2}<|tool_call_end|>'
        "<|tool_calls_section_end|>",
        calls=(BERN,),
    ),
    "Granite's": Case(
        template=GRANITE,
        answer='<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Bern", "days": 2}}]',
        calls=(BERN,),
    ),
    "Granite's, newer": Case(
        template=GRANITE,
        answer='<tool_call>[{"name": "get_weather", "arguments": {"city": "Bern", "days": 2}}]',
        calls=(BERN,),
    ),
    "Command R's": Case(
        template=COMMAND_R,
        answer='Plan: look.\nAction: ```json\n[\n    {\n        "tool_name": "get_weather",\n'
        '        "parameters": {"city": "Bern", "days": 2}\n    }\n]```',
        text="Plan: look.",
        calls=(BERN,),
    ),
    "Command R's word in a text": Case(
        template=COMMAND_R,
        answer="The Action: none.\nAction: none.",
        text="The Action: none.\nAction: none.",
    ),
    "Command A's": Case(
        template=COMMAND_A,
        answer='<|START_THINKING|>Hm<|END_THINKING|><|START_ACTION|>[\n    {"tool_call_id": "0", '
        '"tool_name": "get_weather", "parameters": {"city": "Bern", "days": 2}}\n]<|END_ACTION|>',
        thinking="Hm",
        calls=(BERN,),
    ),
    "Command A's text": Case(
        template=COMMAND_A,
        answer="<|START_RESPONSE|>It is 5 < 6.<|END_RESPONSE|>",
        text="It is 5 < 6.",
    ),
    "Phi's": Case(
        template=PHI,
        answer='<|tool_call|>[{"name": "get_weather", "arguments":'
        ' {"city": "Bern", "days": 2}}]<|/tool_call|>',
        calls=(BERN,),
    ),
    "Phi's functools": Case(
        template=FUNCTOOLS,
        answer='functools[{"name": "get_weather", "arguments": {"city": "Bern", "days": 2}}]',
        calls=(BERN,),
    ),
    "Python's functools": Case(
        template=FUNCTOOLS, answer="Use functools (or not).", text="Use functools (or not)."
    ),
    "Nemotron's": Case(
        template=NEMOTRON,
        prompt_end="<think>\n",
        answer='Hm</think><TOOLCALL>[{"name": "get_weather", "arguments":'
        ' {"city": "Bern", "days": 2}}]</TOOLCALL>',
        thinking="Hm",
        calls=(BERN,),
    ),
    "Apriel's": Case(
        template=APRIEL,
        answer='<tool_calls>[{"name": "now", "arguments": {}, "id": "x"}]</tool_calls>',
        calls=(("now", {}),),
    ),
    "Apertus's": Case(
        template=APERTUS,
        answer="<|inner_prefix|>Hm<|inner_suffix|><|tools_prefix|>["
        '{"get_weather": {"city": "Bern", '
        '"days": 2}}]<|tools_suffix|>',
        thinking="Hm",
        calls=(BERN,),
    ),
    "Solar's": Case(
        template=SOLAR,
        prompt_end="<|begin|>assistant",
        answer="<|think|>Hm<|end|><|begin|>assistant<|tool_calls|><|tool_call:begin|>abc"
        '<|tool_call:name|>get_weather<|tool_call:args|>{"city": "Bern", "days": 2}'
        "<|tool_call:end|><|calls|>",
        thinking="Hm",
        calls=(BERN,),
    ),
    "GigaChat's": Case(
        template=GIGACHAT,
        answer='So.<|function_call|>{"name": "now", "arguments": {}}',
        text="So.",
        calls=(("now", {}),),
    ),
    "braces that hold no JSON": Case(template=LLAMA, answer="{so}", text="{so}"),
    "a call, and then something else": Case(
        template=LLAMA, answer='{"name": "now"} {"a": 1}', text='{"a": 1}', calls=(("now", {}),)
    ),
    "DeepSeek's, no JSON": Case(
        template=DEEPSEEK,
        answer="<｜tool▁call▁begin｜>now<｜tool▁sep｜>{oops}<｜tool▁call▁end｜>",
        text="now{oops}",
    ),
    "DeepSeek's, no name": Case(
        template=DEEPSEEK,
        answer="<｜tool▁call▁begin｜>{}<｜tool▁call▁end｜>",
        text="{}",
    ),
}
