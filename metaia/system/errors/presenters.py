"""The JSON of errors."""

from __future__ import annotations

from typing import Any

from metaia.core.http.presenters import presenter
from metaia.core.observing.exceptions import USER_BITS
from metaia.system.errors.policy import distinct_users
from metaia.system.errors.schemas import ErrorOut, WholeErrorOut


def _users(row: Any) -> int:
    return distinct_users(row.user_bits, USER_BITS)


error = presenter(ErrorOut, rename={"where": "function"}, computed={"users": _users})
whole = presenter(WholeErrorOut, rename={"where": "function"}, computed={"users": _users})
