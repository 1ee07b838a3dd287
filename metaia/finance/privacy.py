"""Personal data in finance: what a user's export has of it, and what is erased with an account.

The ledger and payouts keep ids and amounts; names and numbers of accounts are erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from metaia.auth.account import export
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.finance.credit import presenters as credit_presenters
from metaia.finance.credit import queries as credit_queries
from metaia.finance.credit_requests import presenters as request_presenters
from metaia.finance.credit_requests import queries as request_queries
from metaia.finance.credit_requests import service as request_service
from metaia.finance.payout_accounts import presenters as account_presenters
from metaia.finance.payout_accounts import queries as account_queries
from metaia.finance.payouts import presenters as payout_presenters
from metaia.finance.payouts import queries as payout_queries
from metaia.finance.payouts import service as payout_service


def erase(user_id: str) -> None:
    """Cancel what is requested and not approved, and delete the payout account, in the running transaction.

    As long as an approved payout is not paid the account stays; its end erases it.
    """
    payout_service.erase(user_id)
    request_service.erase(user_id)


def credits_of(actor: Actor) -> Iterator[list[Json]]:
    """Yield the credit accounts of a user."""
    yield [credit_presenters.credit(each) for each in credit_queries.of_user(actor.id)]


def payout_accounts_of(actor: Actor) -> Iterator[list[Json]]:
    """Yield the payout account of a user, masked."""
    found = account_queries.get(actor.id)
    yield [] if found is None else [account_presenters.account(found)]


def payouts_of(actor: Actor) -> Iterator[list[Json]]:
    """Yield the payouts of a user."""
    for rows in _pages(payout_queries.page, actor):
        yield [payout_presenters.payout(each, actor) for each in rows]


def requests_of(actor: Actor) -> Iterator[list[Json]]:
    """Yield the credit requests of a user."""
    for rows in _pages(request_queries.page, actor):
        yield [request_presenters.request(each, actor) for each in rows]


def _pages(page: Callable[..., export.Page], actor: Actor) -> Iterator[Sequence[Any]]:
    """Yield all rows of a list that belong to an actor."""

    def fetch(cursor: str | None) -> export.Page:
        own = {"user_id": actor.id}
        return page(filters=own, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor)

    return export.all_pages(fetch)


EXPORTS: dict[str, export.Part] = {  # by the name of the list in the document
    "credit": credits_of,
    "creditRequests": requests_of,
    "payoutAccounts": payout_accounts_of,
    "payouts": payouts_of,
}
