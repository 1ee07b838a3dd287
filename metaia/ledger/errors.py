"""The errors of the ledger, from the SQLSTATEs that its triggers raise.

psycopg has no class for an SQLSTATE of our own: the state is an attribute of the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.errors import Conflict, declare

APPEND_ONLY, UNBALANCED, NO_KIND, NO_FIT, INCOMPLETE = "MA000", "MA001", "MA002", "MA003", "MA004"
NO_ROOM, NO_HOLD = "MA010", "MA011"
declare(
    {
        "insufficient_balance": "The account has not that much available.",
        "hold_ended": "The hold has ended already, or is smaller.",
        "already_reversed": "This posting was reversed before.",
        "not_reversible": "A reversal cannot be reversed: make an adjustment.",
    }
)


class LedgerError(Exception):
    """A caller has broken a rule of the ledger: an error in the code, not of a client. `state` is the SQLSTATE."""

    def __init__(self, message: str, state: str | None = None) -> None:
        super().__init__(message)
        self.state = state


class KeyReused(LedgerError):
    """The key belongs to a posting with other lines."""


class InsufficientBalance(Conflict):
    """An account has less room than a posting or a hold takes."""

    def __init__(self) -> None:
        super().__init__("The account has not that much available.", code="insufficient_balance")


class HoldEnded(Conflict):
    """A hold does not exist, has ended, or is smaller than the amount to post."""

    def __init__(self) -> None:
        super().__init__("The hold has ended already, or is smaller.", code="hold_ended")


@contextmanager
def translated() -> Iterator[None]:
    """Raise the errors of the triggers as InsufficientBalance, HoldEnded or LedgerError.

    The transaction can only be rolled back afterwards, unless this is inside `db.savepoint`.
    """
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or ""
        if state == NO_ROOM:
            raise InsufficientBalance from error
        if state == NO_HOLD:
            raise HoldEnded from error
        if state.startswith("MA0"):
            raise LedgerError(db.describe(error), state) from error
        raise
