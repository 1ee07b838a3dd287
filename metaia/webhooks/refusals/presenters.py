"""The JSON of refused calls."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.webhooks.refusals.schemas import RefusalOut

refusal = presenter(RefusalOut)
