"""Webhooks of carriers, at `/api/webhooks/logistics/{slug}`: one vendor per carrier of LOGISTICS_WEBHOOKS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial

import structlog
from sqlalchemy import update

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.providers.logistics.interface import Reading
from metaia.providers.logistics.registry import READERS
from metaia.settings.carriers import DELHIVERY, EASYPOST, SHIPROCKET, STANDARD, Carrier
from metaia.shipments import carriers
from metaia.shipments.scans import service as scan_service
from metaia.webhooks.models import WebhookRow
from metaia.webhooks.vendors import payload, signatures
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, VerificationFailed, WebhookCall

PREFIX = "logistics/"
SIGNATURE_HEADERS = {EASYPOST: "X-Hmac-Signature", STANDARD: "Webhook-Signature"}
SCHEMES = ("bearer", "token")  # which may stand before a token
log = structlog.get_logger(__name__)


def find(name: str) -> VendorWebhook | None:
    """Return the vendor of a carrier that is configured, None for every other name."""
    carrier = carriers.current().get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
    return vendor(carrier) if carrier is not None and carrier.secrets else None


def names() -> list[str]:
    """Return the names of the vendors of all carriers."""
    return [PREFIX + slug for slug, carrier in carriers.current().items() if carrier.secrets]


@lru_cache(maxsize=200)
def vendor(carrier: Carrier) -> VendorWebhook:
    """Return the vendor of a carrier."""
    by_token = partial(token, carrier.header)
    verifiers: dict[str, Callable[[WebhookCall, str], str]] = {
        EASYPOST: easypost,
        STANDARD: standard,
        DELHIVERY: by_token,
        SHIPROCKET: by_token,
    }
    return VendorWebhook(
        name=PREFIX + carrier.slug,
        setting="LOGISTICS_WEBHOOKS",
        secrets=carrier.secrets,
        signature_header=SIGNATURE_HEADERS.get(carrier.convention, carrier.header),
        content_types=(JSON,),
        verify=verifiers[carrier.convention],
        process=partial(process, carrier),
        read=partial(read, carrier),
        answer=(200, b"{}"),  # Shiprocket wants exactly 200
    )


def requeue(slug: str, code: str) -> None:
    """Process the stored calls about a tracking code again that came before its shipment was added."""
    row = WebhookRow
    waiting = (row.source == PREFIX + slug, row.subject == code, row.digested_at.is_(None))
    if db.execute(update(row).where(*waiting).values(due_at=now(), tries=0, error=None)).rowcount:
        job_registry.wake_on_commit()


def easypost(call: WebhookCall, secret: str) -> str:
    """Return the hash of the body: the id of the event is a part of it. Raises VerificationFailed."""
    signatures.easypost(secret, call.body, call.headers.get("X-Hmac-Signature", ""))
    return hashlib.sha256(call.body).hexdigest()


def token(header: str, call: WebhookCall, secret: str) -> str:
    """Return the hash of the body, which is not signed: the header has a token. Raises VerificationFailed."""
    given = call.headers.get(header, "").strip()
    scheme, _, rest = given.partition(" ")
    if not signatures.is_equal(rest.strip() if scheme.lower() in SCHEMES else given, secret):
        raise VerificationFailed("the token is wrong")
    return hashlib.sha256(call.body).hexdigest()


def standard(call: WebhookCall, secret: str) -> str:
    """Return the id of a call by Standard Webhooks. Raises VerificationFailed."""
    id_, timestamp, signature = (
        call.headers.get(f"Webhook-{name}", "") for name in ("Id", "Timestamp", "Signature")
    )
    signatures.standard(secret, id_, timestamp, call.body, signature)
    signatures.require_fresh(timestamp, call.received_at, call.tolerance)
    return hashlib.sha256(id_.encode(errors="replace")).hexdigest()


def read(carrier: Carrier, row: AnyRow) -> Content:
    """Return what a webhook states: its scans, without places and words. Its subject is the tracking code."""
    found = _reading(carrier, row.body, row.received_at)
    if found.tracking is None:
        return Content(found.type)
    code = found.tracking.code.upper()
    facts: list[Json] = [
        {
            "kind": "scan",
            "provider": carrier.slug,
            "reference": code,
            "status": scan.status,
            "at": rfc3339(scan.at),
        }
        for scan in found.tracking.scans
    ]
    return Content(found.type, code, tuple(facts))


def process(carrier: Carrier, row: AnyRow) -> str | None:
    """Take the scans of a webhook; return what is missing: a shipment with its code may be added later."""
    found = _reading(carrier, row.body, row.received_at)
    if found.tracking is None:
        log.info("no scans", call=row.id, source=row.source, note=found.note)
        return None
    if scan_service.take(carrier.slug, found.tracking, row.received_at):
        return None
    return "no shipment has this tracking code"


def _reading(carrier: Carrier, body: bytes, received_at: datetime) -> Reading:
    try:
        content = payload.read_json(body)
    except ValueError:
        return Reading(note="no JSON")
    return READERS[carrier.convention](content, received_at)
