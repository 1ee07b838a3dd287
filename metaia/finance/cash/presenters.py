"""Cash as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.finance.cash.schemas import CashOut, HandoverOut

in_hand = presenter(CashOut, rename={"in_hand": "posted"})
handover = presenter(HandoverOut)
