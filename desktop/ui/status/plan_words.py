"""What was done so that a model fits into memory, in words."""

from PySide6.QtCore import QCoreApplication

from desktop.client.plan import Plan, Step
from desktop.client.status import Compute, Model
from desktop.ui.look.figures import size_text
from desktop.ui.look.filled import filled
from desktop.ui.status.words import number_text

translate = QCoreApplication.translate

MAIN_MEMORY = "CPU"


def step_text(step: Step) -> str:
    """One step; in the server's words where we have none."""
    numbers = {name: number_text(value) for name, value in step.numbers.items()}
    match step.code:
        case "leave":
            return translate("Plan", "another model left memory to make room")
        case "kv_q8_0":
            return translate("Plan", "its context is kept in 8 bits, which takes half the memory")
        case "context" if {"context_tokens", "usual_tokens"} <= numbers.keys():
            text = translate("Plan", "its context has %1 tokens instead of %2")
            return filled(text, numbers["context_tokens"], numbers["usual_tokens"])
        case "pool":
            return translate("Plan", "all requests share one memory for their contexts")
        case "parallel":
            return translate("Plan", "it answers one request at a time")
        case "gpu_layers" if {"gpu_layers", "layers"} <= numbers.keys():
            text = translate("Plan", "%1 of its %2 layers are on the graphics card")
            return filled(text, numbers["gpu_layers"], numbers["layers"])
        case "cpu":
            return translate("Plan", "the processor does everything, as the graphics card is full")
        case "projector":
            return translate("Plan", "the processor looks at pictures")
        case "swap" if "short_bytes" in numbers:
            text = translate("Plan", "%1 of memory are missing, so the disk is used instead")
            return filled(text, size_text(step.numbers["short_bytes"]))
    return step.text


def plan_text(plan: Plan | None) -> str:
    """All steps in a sentence; empty if memory was large enough."""
    if plan is None or not plan.steps:
        return ""
    steps = "; ".join(step_text(step) for step in plan.steps)
    return filled(translate("Plan", "To make it fit: %1."), steps)


def devices_text(model: Model, compute: Compute) -> str:
    """How much of it lies where; empty if all of it is in main memory."""
    if all(each.name == MAIN_MEMORY for each in model.devices):
        return ""
    names = {each.name: each.description or each.name for each in compute.devices}
    parts = []
    for each in sorted(model.devices, key=lambda each: each.name == MAIN_MEMORY):
        text = translate("Plan", "%1 on %2")
        if each.name == MAIN_MEMORY:
            text = translate("Plan", "%1 in main memory")
        parts.append(filled(text, size_text(each.bytes), names.get(each.name, each.name)))
    return ", ".join(parts)
