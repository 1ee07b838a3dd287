"""Refusals of PostgreSQL as problems: domains register the SQLSTATEs that their triggers raise.

A trigger may run with the COMMIT, after the code that could have caught its error. So the error handler asks here.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from metaia.core.errors import Problem
from metaia.core.registry import Registry

# By SQLSTATE: `problem(detail)` returns the problem; `detail` is the DETAIL that the trigger has raised, or "".
REFUSALS: Registry[str, Callable[[str], Problem]] = Registry("refusals")


def problem_of(error: BaseException) -> Problem | None:
    """Return the problem of a trigger's refusal, None for every other error."""
    if not isinstance(error, DBAPIError):
        return None
    problem = REFUSALS.current().get(getattr(error.orig, "sqlstate", None) or "")
    if problem is None:
        return None
    diagnostics = getattr(error.orig, "diag", None)
    return problem(getattr(diagnostics, "message_detail", None) or "")
