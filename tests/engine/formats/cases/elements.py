"""Calls as elements in the manner of XML."""

from tests.engine.formats.recorded import (
    BERN,
    CODER,
    DSML,
    FUNCTIONARY,
    GLM,
    MINICPM,
    MINIMAX,
    SEED,
    Case,
)

CASES = {
    "Qwen's coder": Case(
        template=CODER,
        answer="I look.\n<tool_call>\n<function=get_weather>\n"
        "<parameter=city>\nBern\n</parameter>\n"
        "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>",
        text="I look.",
        calls=(BERN,),
    ),
    "types by the schema": Case(
        template=CODER,
        answer="<tool_call><function=write_file><parameter=path>12</parameter>"
        '<parameter=options>{"b": 1, "a": [true]}</parameter><parameter=tags>null</parameter>'
        "<parameter=mode>w</parameter><parameter=force>True</parameter>"
        "<parameter=unknown>3</parameter><parameter=odd>x y</parameter></function></tool_call>",
        calls=(
            (
                "write_file",
                {
                    "path": "12",
                    "options": {"b": 1, "a": [True]},
                    "tags": None,
                    "mode": "w",
                    "force": True,
                    "unknown": 3,
                    "odd": "x y",
                },
            ),
        ),
    ),
    "marks within a value": Case(
        template=CODER,
        answer="<tool_call>\n<function=write_file>\n<parameter=content>\n<a></tool_call>\n"
        "  </parameter> é\n</parameter>\n</function>\n</tool_call>",
        calls=(("write_file", {"content": "<a></tool_call>\n  </parameter> é"}),),
    ),
    "without the outer mark, and twice": Case(
        template=CODER,
        answer="<function=now>\n</function>\n</tool_call>\n<function=now></function>",
        calls=(("now", {}), ("now", {})),
    ),
    "cut off": Case(
        template=CODER,
        answer="<tool_call><function=get_weather><parameter=city>Ber",
        text="get_weather><parameter=city>Ber",
    ),
    "JSON within an element": Case(
        template=FUNCTIONARY,
        answer='<function=get_weather>{"city": "Bern", "days": 2}</function>',
        calls=(BERN,),
    ),
    "Seed's": Case(
        template=SEED,
        answer="<seed:think>Hm</seed:think>\n<seed:tool_call>\n<function=get_weather>\n"
        "<parameter=city>Bern</parameter>\n<parameter=days>2"
        "</parameter>\n</function>\n</seed:tool_call>",
        thinking="Hm",
        calls=(BERN,),
    ),
    "MiniMax's": Case(
        template=MINIMAX,
        prompt_end="<think>\n",
        answer='Hm\n</think>\n\nSo:\n<minimax:tool_call>\n<invoke name="get_weather">\n'
        '<parameter name="city">Bern</parameter>\n<parameter name="days">2</parameter>\n</invoke>\n'
        '<invoke name="now">\n</invoke>\n</minimax:tool_call>',
        thinking="Hm",
        text="So:",
        calls=(BERN, ("now", {})),
    ),
    "DeepSeek's newest": Case(
        template=DSML,
        answer='Looking.\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n'
        '<｜DSML｜parameter name="city" string="true">Bern</｜DSML｜parameter>\n'
        '<｜DSML｜parameter name="days" string="false">2</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
        '<｜DSML｜invoke name="other">\n'
        '<｜DSML｜parameter name="a" string="true">1</｜DSML｜parameter>\n'
        "</｜DSML｜invoke>\n</｜DSML｜function_calls>",
        text="Looking.",
        calls=(BERN, ("other", {"a": "1"})),
    ),
    "MiniCPM's": Case(
        template=MINICPM,
        answer='<think>Hm</think><function name="get_weather"><param name="city">Bern</param>'
        '<param name="days">2</param></function>',
        thinking="Hm",
        calls=(BERN,),
    ),
    "GLM's": Case(
        template=GLM,
        answer="\n<think>Hm</think>\nI look.\n<tool_call>get_weather\n<arg_key>city</arg_key>\n"
        "<arg_value>Bern</arg_value>\n<arg_key>days</arg_key>\n"
        "<arg_value>2</arg_value>\n</tool_call>\n"
        "<tool_call>now</tool_call>",
        thinking="Hm",
        text="I look.",
        calls=(BERN, ("now", {})),
    ),
    "GLM's, cut off": Case(
        template=GLM,
        answer="<tool_call>get_weather<arg_key>city</arg_key><arg_value>Bern</arg_value><arg_k",
        text="get_weather<arg_key>city</arg_key><arg_value>Bern</arg_value><arg_k",
    ),
    "within an element, but no JSON": Case(
        template=FUNCTIONARY,
        answer="<function=now>{oops}</function>So.",
        text="now>{oops}</function>So.",
    ),
}
