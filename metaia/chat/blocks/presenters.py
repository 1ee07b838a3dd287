"""Blocks as JSON."""

from __future__ import annotations

from metaia.chat import policy
from metaia.chat.blocks.schemas import BlockOut
from metaia.core.http.presenters import presenter

block = presenter(
    BlockOut, computed={"name": lambda row: policy.shown_name(row.name or None, row.role, known=False)}
)
