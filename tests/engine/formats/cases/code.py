"""Calls that look like code."""

from tests.engine.formats.recorded import BERN, FUNCTION_GEMMA, GEMMA3, GEMMA4, LFM, Case

CASES = {
    "Gemma 4's": Case(
        template=GEMMA4,
        answer='<|channel>thought\nHm<channel|>So.<|tool_call>call:write_file{path:<|"|>a,b}<|"|>,'
        'tags:[<|"|>x<|"|>,<|"|>y<|"|>],options:{deep:{n:-1.5}},force:true,mode:w}<tool_call|>'
        "<|tool_call>call:now{}<tool_call|>",
        thinking="Hm",
        text="So.",
        calls=(
            (
                "write_file",
                {
                    "path": "a,b}",
                    "tags": ["x", "y"],
                    "options": {"deep": {"n": -1.5}},
                    "force": True,
                    "mode": "w",
                },
            ),
            ("now", {}),
        ),
    ),
    "Gemma 4's, cut off": Case(
        template=GEMMA4, answer='<|tool_call>call:now{a:<|"|>b', text="call:now{a:b"
    ),
    "Gemma's small one": Case(
        template=FUNCTION_GEMMA,
        answer="<start_function_call>call:get_weather{city:<escape>Bern"
        "<escape>,days:2}<end_function_call>",
        calls=(BERN,),
    ),
    "Gemma 3's": Case(
        template=GEMMA3,
        answer="So:\n```tool_code\nprint(get_weather(city='Bern', days=2))\n```",
        text="So:",
        calls=(BERN,),
    ),
    "LFM's": Case(
        template=LFM,
        answer="<think>Hm</think><|tool_call_start|>[get_weather(city='Bern', days=2), "
        "write_file(path=\"a's\\n\", options={'k': [1,"
        " None]}, tags=['x'])]<|tool_call_end|>Looking.",
        thinking="Hm",
        text="Looking.",
        calls=(
            BERN,
            ("write_file", {"path": "a's\n", "options": {"k": [1, None]}, "tags": ["x"]}),
        ),
    ),
    "LFM's in JSON": Case(
        template=LFM,
        answer='<|tool_call_start|>[{"name": "now", "arguments": {}}]<|tool_call_end|>',
        calls=(("now", {}),),
    ),
    "LFM's, malformed": Case(
        template=LFM,
        answer="<|tool_call_start|>[now(1)]<|tool_call_end|>Oh.",
        text="[now(1)]Oh.",
    ),
    "LFM's in what is no JSON": Case(
        template=LFM, answer="<|tool_call_start|>[{oops}]<|tool_call_end|>", text="[{oops}]"
    ),
    "Gemma 4's, malformed": Case(
        template=GEMMA4, answer="<|tool_call>call:now{oops}<tool_call|>", text="call:now{oops}"
    ),
    "Gemma 4's, with names in quotes": Case(
        template=GEMMA4,
        answer='<|tool_call>call:now{<|"|>a b<|"|>:1,"c":[<|"|>d]}<tool_call|>'
        '<|tool_call>call:now{<|"|>a b<|"|>:1,"c":\'d\'}<tool_call|>',
        text='call:now{a b:1,"c":[d]}',
        calls=(("now", {"a b": 1, "c": "d"}),),
    ),
}
