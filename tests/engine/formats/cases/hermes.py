"""`<tool_call>` with JSON in it: Hermes, Qwen and many others."""

from tests.engine.formats.recorded import BERN, HERMES, QWEN3, Case

CASES = {
    "one": Case(
        template=HERMES,
        answer='<tool_call>\n{"name": "get_weather", "arguments":'
        ' {"city": "Bern", "days": 2}}\n</tool_call>',
        calls=(BERN,),
    ),
    "two, with text around": Case(
        template=QWEN3,
        answer="<think>Both.</think>\n\nLooking.\n\n"
        '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>\n'
        '<tool_call>{"name": "get_weather", "arguments": '
        '{"days": 2, "city": "Zürich {\\"}"}}</tool_call>'
        "\nDone.",
        thinking="Both.",
        text="Looking.\n\n\n\nDone.",
        calls=(("now", {}), ("get_weather", {"days": 2, "city": 'Zürich {"}'})),
    ),
    "the closing mark within a text": Case(
        template=HERMES,
        answer='<tool_call>{"name": "write_file", "arguments": {"content": "</tool_call>", '
        '"options": {"a": [1, {"b": null}]}}}</tool_call>',
        calls=(("write_file", {"content": "</tool_call>", "options": {"a": [1, {"b": None}]}}),),
    ),
    "arguments as a text, a function nobody knows": Case(
        template=HERMES,
        answer='<tool_call>{"name": "other", "arguments":'
        ' "{\\"a\\": \\"\\\\u00e9\\"}"}</tool_call>',
        calls=(("other", {"a": "é"}),),
    ),
    "line breaks in a text, no closing mark": Case(
        template=HERMES,
        answer='<tool_call>{"name": "write_file", "arguments": {"content": "a\nb"}}',
        calls=(("write_file", {"content": "a\nb"}),),
    ),
    "a bracket is missing": Case(
        template=HERMES,
        answer='<tool_call>\n{"name": "get_weather", "arguments":'
        ' {"city": "Bern", "days": 2}\n</tool_call>',
        calls=(BERN,),
    ),
    "cut off": Case(
        template=HERMES,
        answer='Wait.<tool_call>{"name": "get_weather", "argum',
        text='Wait.{"name": "get_weather", "argum',
    ),
    "malformed": Case(
        template=HERMES,
        answer="A<tool_call>{'name': 'now'}</tool_call>B",
        text="A{'name': 'now'}B",
    ),
    "an array is no object": Case(
        template=HERMES,
        answer='<tool_call>{"name": "now", "arguments": [1]}</tool_call>',
        text='{"name": "now", "arguments": [1]}',
    ),
    "lookalikes": Case(
        template=HERMES, answer="A <tool and <tool_cal> and <", text="A <tool and <tool_cal> and <"
    ),
    "ends the thinking": Case(
        template=QWEN3,
        answer='<think>I call.\n<tool_call>{"name": "now"}</tool_call>',
        thinking="I call.",
        calls=(("now", {}),),
    ),
    "only mentioned by the thinking": Case(
        template=QWEN3,
        answer="<think>Shall I <tool_call> it? No.</think>No.",
        thinking="Shall I <tool_call> it? No.",
        text="No.",
    ),
    "no tools: an ordinary text": Case(
        template=HERMES,
        answer="<tool_call>{}</tool_call>",
        text="<tool_call>{}</tool_call>",
        tools=(),
    ),
    "half of a surrogate pair, a long number": Case(
        template=HERMES,
        answer='<tool_call>{"name": "now", "arguments": {"a": "\\ud83d",'
        ' "b": 99999999999999999999}}</tool_call>',
        calls=(("now", {"a": "?", "b": 1e20}),),
    ),
}
