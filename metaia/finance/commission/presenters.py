"""Rules of commissions as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.finance.commission.schemas import CommissionRuleOut

rule = presenter(CommissionRuleOut, computed={"from_day": lambda this: this.from_day.isoformat()})
