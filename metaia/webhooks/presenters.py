"""The JSON of webhooks."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.webhooks.schemas import WebhookOut

webhook = presenter(WebhookOut)
