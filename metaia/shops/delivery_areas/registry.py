"""What other domains know of delivery fees."""

from __future__ import annotations

from collections.abc import Callable

from metaia.core.registry import Registry

# By domain: `is_of(partner_id, tax_rate_id)` returns whether it is an active tax rate of the partner, which the running
# transaction has row-locked.
FEE_TAX_RATES: Registry[str, Callable[[str, str], bool]] = Registry("fee_tax_rates")
