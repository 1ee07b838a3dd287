"""The field of a new password, for the schemas of bodies."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.auth.passwords import policy


class NewPassword(fields.String):
    """A password to be set. The field checks its length only; `policy.require_good` checks how easy it is to guess."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            load_only=True,
            validate=validate.Length(min=policy.MIN_LENGTH, max=policy.MAX_LENGTH),
            metadata={"examples": ["correct horse battery staple"]},
            **kwargs,
        )
