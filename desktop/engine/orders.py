"""A request as the worker takes it: what is asked for, put together with how the model marks
things."""

import msgspec

from desktop.engine.asks import Ask
from desktop.engine.formats.choosing import choose
from desktop.engine.formats.format import Format
from desktop.engine.formats.plain import Plain
from desktop.engine.formats.required import CallOrAnswer, RequiredCall, any_of, call_schema
from desktop.engine.plan import context_of
from desktop.worker.messages import Constraint, Generate, Loaded


def order_of(ask: Ask, loaded: Loaded) -> tuple[Generate, Format]:
    """What the worker is told, and how its answer is to be read."""
    tools = ask.tools if ask.tool_choice.kind != "none" else []
    template = loaded.tool_template if tools else ""
    format_ = _format(ask, template or loaded.template)
    options = ask.options
    order = Generate(
        id=0,
        prompt=ask.prompt,
        messages=ask.messages,
        chat=ask.chat,
        template=ask.template,
        manifest_template=ask.model.template,
        prefix=ask.prefix,
        suffix=ask.suffix,
        tools=tools,
        think=ask.think,
        media=ask.media,
        markers=list(format_.markers),
        constraint=_constraint(ask, format_),
        sampling=options.sampling,
        context_tokens=context_of(ask.model, options.load.num_ctx) if options.load.num_ctx else 0,
        predict_tokens=options.num_predict,
        keep_tokens=options.num_keep,
        stop=list(options.stop),
        shift=ask.shift,
        truncate=ask.truncate,
        want_tokens=ask.want_tokens,
        logprobs=ask.logprobs,
        logit_bias=ask.logit_bias,
        only=ask.only,
        group=ask.asker.group,
        is_own=ask.asker.is_own,
    )
    return order, format_


def _format(ask: Ask, template: str) -> Format:
    """Prompts that went in as they were come out as they are."""
    if ask.messages is None or ask.suffix:
        return Plain()
    facts = ask.model.facts
    source = ask.template or template or ask.model.template or ""
    own = choose(source, facts.architecture if facts else "")
    if ask.tools and ask.tool_choice.kind == "required":
        return RequiredCall(own)
    if ask.tools and ask.tool_choice.kind == "auto" and ask.schema is not None:
        return CallOrAnswer(own)
    return own


def _constraint(ask: Ask, format_: Format) -> Constraint | None:
    schema = ask.schema
    if isinstance(format_, RequiredCall):
        schema = call_schema(ask.tools, ask.tool_choice.name)
    elif isinstance(format_, CallOrAnswer) and schema is not None:
        schema = any_of([call_schema(ask.tools, ""), schema])
    if schema is None:
        return None
    opening, after = format_.thinking
    if ask.think is False and opening:  # without one, it is no matter of thinking: Harmony's heads
        opening, after = "", ""
    text = msgspec.json.encode(schema).decode()
    return Constraint(kind="json_schema", text=text, opening=opening, after=after)
