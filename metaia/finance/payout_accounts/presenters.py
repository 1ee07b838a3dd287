"""Payout accounts as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.finance.payout_accounts.schemas import BANK, PayoutAccountOut

account = presenter(PayoutAccountOut, rename={"account": "masked"})
_SHOWN = 4  # characters at the end


def masked(method: str, details: Json) -> str:
    """Return what is shown of an account: the bank, and the end of the number."""
    if method == BANK:
        return f"{details['bank_code'].upper()} ••••{details['account_number'][-_SHOWN:]}"
    name, _, provider = details["upi"].partition("@")
    return f"{name[:2]}••••@{provider}"
