"""Sums of a period as JSON, in major units."""

from __future__ import annotations

from collections import Counter

from metaia.core.json import Json
from metaia.core.money import to_major

_PARTS = ("partner", "customer", "house")
_EARNED = ("earned", "credit")
_CASH = ("cash", "handover", "short")
_KNOWN = (*_EARNED, *_CASH, "refund", "dispute", "payout")


def partner(currency: str, sums: Counter[str], commissions: Counter[str]) -> Json:
    """Return the summary of a partner or courier."""
    own = Counter(
        {name.partition(":")[2]: amount for name, amount in sums.items() if name.startswith("own:")}
    )

    def before_commission(*kinds: str) -> int:
        return sum(own[kind] + commissions[kind] for kind in kinds)

    shown = {
        "gross": before_commission(*_EARNED),
        "commission": commissions.total(),
        "refunds": -before_commission("refund"),
        "disputes": -before_commission("dispute"),
        "cash": -sum(own[kind] for kind in _CASH),
        "payouts": -own["payout"],
        "other": before_commission(*{*own, *commissions}.difference(_KNOWN)),
        "net": own.total(),
    }
    return _one("partner", currency, shown)


def customer(currency: str, sums: Counter[str]) -> Json:
    """Return the summary of a customer."""
    shown = {
        "spent": sum(sums[f"{leg}:{kind}"] for leg in ("paid", "owed") for kind in ("captured", "cash")),
        "refunded": -sums["paid:refund"] - sums["paid:dispute"],
        "onCredit": -sums["owed:credit"] - sums["charged:credit"],
        "net": sums.total(),
    }
    return _one("customer", currency, shown)


def house(currency: str, sums: Counter[str]) -> Json:
    """Return the summary of the house."""

    def account(kind: str) -> int:
        return sum(amount for name, amount in sums.items() if name.startswith(f"{kind}:"))

    shown = {
        "captured": -sums["gateway:captured"],
        "refunded": sums["gateway:refund"],
        "payouts": sums["bank:payout"],
        "commission": account("commission"),
        "sales": account("sales"),
        "promotions": -account("promotions"),
        "fees": -account("fees"),
        "losses": -account("losses"),
    }
    net = sum(account(kind) for kind in ("commission", "sales", "promotions", "fees", "losses"))
    return _one("house", currency, shown | {"net": net})


def _one(part: str, currency: str, shown: dict[str, int]) -> Json:
    amounts = {name: to_major(amount, currency) for name, amount in shown.items()}
    return {"currency": currency} | dict.fromkeys(_PARTS) | {part: amounts}
