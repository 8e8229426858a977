"""The refusal: what a file has that this engine does not run, said so that its owner can act on it."""

from __future__ import annotations

from typing import Any


class NotSupported(ValueError):
    """An ONNX file, or a part of it, that this engine does not run.

    `stage`, `op` and `attribute` name the part, where it is one; `value` is what stands there, `accepted`
    what may.
    """

    def __init__(
        self,
        message: str,
        *,
        stage: str | None = None,
        op: str | None = None,
        attribute: str | None = None,
        value: Any = None,
        accepted: str | None = None,
    ) -> None:
        super().__init__(message)
        self.stage, self.op, self.attribute = stage, op, attribute
        self.value, self.accepted = value, accepted


def refuse_attribute(stage: str, op: str, attribute: str, value: Any, accepted: str) -> NotSupported:
    """The error for an attribute, or an input, whose value this engine does not run."""
    return NotSupported(
        f"Stage `{stage}` ({op}): {attribute} = {value} is not something this engine runs; it accepts {accepted}.",
        stage=stage,
        op=op,
        attribute=attribute,
        value=value,
        accepted=accepted,
    )
