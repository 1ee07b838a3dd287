"""The vendors that may call us."""

from __future__ import annotations

from metaia.webhooks.vendors import sendgrid, twilio, vonage

SOURCES = {source.name: source for source in (twilio.SOURCE, vonage.SOURCE, sendgrid.SOURCE)}
