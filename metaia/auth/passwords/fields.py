"""Fields of schemas that hold passwords."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.auth.passwords import policy


class NewPassword(fields.String):
    """A password that is to be; `policy.require_good` says whether it is good enough."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            load_only=True,
            validate=validate.Length(min=policy.SHORTEST, max=policy.LONGEST),
            metadata={"examples": ["correct horse battery staple"]},
            **kwargs,
        )
