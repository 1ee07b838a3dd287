"""What calls are about, as it is in the running transaction: payments, accounts and deliveries of messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import KINDS, Account
from metaia.ledger.queries import Booked
from metaia.notifications.delivery import queries as delivery_queries
from metaia.payments import queries as payment_queries
from metaia.payments.facts import Attempt
from metaia.shipments import queries as shipment_queries
from metaia.webhooks.replays.result import State

AMOUNTS = frozenset({"amount", "captured", "refunded", "refunding", "disputed", "authorized"})
NOT_SHOWN = frozenset({"id", "version", "created_at", "updated_at"})
Facts = Sequence[Json]


def lock(facts: Facts) -> None:
    """Let no other transaction take facts about the same attempts until this one ends; all locks in one order."""
    payment_queries.lock_attempts(_attempts(facts))


def payments(facts: Facts) -> State:
    """Return the payments that facts are about, by provider and reference."""
    state, known = State(), payment_queries.payment_ids(_attempts(facts))
    for payment_id in sorted(set(known.values())):
        payment = payment_queries.by_id(payment_id)
        if payment is not None:
            state[f"payment:{payment.provider}:{payment.reference}"] = _shown(asdict(payment))
    return state


def deliveries(facts: Facts) -> State:
    """Return the deliveries that facts are about, by their ids, with the number of their receipts."""
    messages = [fact for fact in facts if fact["kind"] == "message"]
    ids = {each["delivery"] for each in messages} - {None}
    found = delivery_queries.statuses(ids, {each["reference"] for each in messages}) if messages else []
    return {f"delivery:{each.id}": {"status": each.status, "receipts": each.receipts} for each in found}


def shipments(facts: Facts) -> State:
    """Return the shipments that scans are about, by carrier and tracking code."""
    codes = {(fact["provider"], fact["reference"]) for fact in facts if fact["kind"] == "scan"}
    found = [each for slug, code in sorted(codes) for each in shipment_queries.with_code(slug, code)]
    return {
        f"shipment:{each.slug}:{each.code}": {
            "status": each.status,
            "estimatedDelivery": rfc3339(each.estimated_delivery),
            "lastScanAt": rfc3339(each.last_scan_at),
        }
        for each in found
    }


def known(facts: Facts) -> int:
    """Return how many of these facts about money are stored."""
    names = ("provider", "kind", "reference", "status")
    return payment_queries.count_stored(
        tuple(each[name] for name in names) for each in facts if "amount" in each
    )


def accounts(postings: Iterable[Booked]) -> tuple[State, State]:
    """Return the accounts of postings of the running transaction, before and after these."""
    moved: dict[Account, int] = defaultdict(int)
    for posting in postings:
        for line in posting.entries:
            account = Account(line.kind, line.owner, line.currency)
            moved[account] += line.amount * KINDS[line.kind].normal
    balances = ledger_queries.balances(moved)
    after = {_name(each): _balance(each, balances[each]) for each in moved}
    return {_name(each): _balance(each, balances[each] - moved[each]) for each in moved}, after


def _attempts(facts: Facts) -> Collection[Attempt]:
    return {(fact["provider"], fact["attempt"]) for fact in facts if "amount" in fact}


def _shown(payment: Json) -> Json:
    currency = payment["currency"]
    return {
        name: to_major(value, currency) if name in AMOUNTS else value
        for name, value in payment.items()
        if name not in NOT_SHOWN
    }


def _name(account: Account) -> str:
    return f"account:{account.kind}:{account.owner}:{account.currency}"


def _balance(account: Account, balance: int) -> Json:
    return {"balance": to_major(balance, account.currency)}
