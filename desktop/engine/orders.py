"""A request as the worker takes it: what is asked for, put together with how the model marks
things."""

import msgspec

from desktop.engine.asks import Ask
from desktop.engine.formats.choosing import choose
from desktop.engine.formats.format import Format
from desktop.engine.formats.plain import Plain
from desktop.engine.formats.required import RequiredCall, call_schema
from desktop.worker.messages import Constraint, Generate


def order_of(ask: Ask, template: str) -> tuple[Generate, Format]:
    """What the worker is told, and how its answer is to be read.

    Args:
        template: The chat template in the model's file; empty if it has none.
    """
    format_ = _format(ask, template)
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
        tools=ask.tools if ask.tool_choice.kind != "none" else [],
        think=ask.think,
        media=ask.media,
        markers=list(format_.markers),
        constraint=_constraint(ask, format_),
        sampling=options.sampling,
        context_tokens=options.load.num_ctx or 0,
        predict_tokens=options.num_predict,
        keep_tokens=options.num_keep,
        stop=list(options.stop),
        shift=ask.shift,
        truncate=ask.truncate,
        want_tokens=ask.want_tokens,
        logprobs=ask.logprobs,
        logit_bias=ask.logit_bias,
        only=ask.only,
        group=ask.group,
    )
    return order, format_


def _format(ask: Ask, template: str) -> Format:
    """Prompts that went in as they were come out as they are."""
    if ask.messages is None or ask.suffix:
        return Plain()
    facts = ask.model.facts
    source = ask.template or template or ask.model.template or ""
    own = choose(source, facts.architecture if facts else "")
    return RequiredCall(own) if ask.tools and ask.tool_choice.kind == "required" else own


def _constraint(ask: Ask, format_: Format) -> Constraint | None:
    schema = ask.schema
    if isinstance(format_, RequiredCall):
        schema = call_schema(ask.tools, ask.tool_choice.name)
    if schema is None:
        return None
    thinks = ask.think is not False
    opening, after = format_.thinking if thinks else ("", "")
    text = msgspec.json.encode(schema).decode()
    return Constraint(kind="json_schema", text=text, opening=opening, after=after)
