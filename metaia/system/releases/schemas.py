"""The answer about the release."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.views import envelope

Version = envelope(
    "ReleaseVersion",
    version=fields.String(required=True),
    commit=fields.String(required=True, allow_none=True),
    api=fields.String(required=True, metadata={"description": "within one version there are only additions"}),
    started_at=fields.AwareDateTime(required=True, metadata={"description": "of the answering process"}),
)
