"""Webhooks of Cloudinary: notifications of uploads, deletions and moderation."""

from __future__ import annotations

import hashlib

from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.media.vendor_notices import service as notices
from metaia.providers.storage import cloudinary_account, cloudinary_names
from metaia.webhooks.vendors import payload, signatures
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, WebhookCall

STORE = "cloudinary"
REJECTED = "rejected"


def verify(call: WebhookCall, url: str) -> str:
    """Return the hash of the body: a repeated notification has the same one. Raises VerificationFailed."""
    signatures.cloudinary(
        cloudinary_account.parse(url).secret,
        call.headers.get("X-Cld-Timestamp", ""),
        call.body,
        call.headers.get("X-Cld-Signature", ""),
        received_at=call.received_at,
        tolerance=call.tolerance,
    )
    return hashlib.sha256(call.body).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a notification states about files."""
    content = payload.read_json(row.body)
    kind = str(content["notification_type"])
    assets = [content, *_assets(content)]
    facts = [{"kind": "file", "reference": key, "status": kind} for asset in assets if (key := _key(asset))]
    return Content(kind, facts[0]["reference"] if len(facts) == 1 else None, tuple(facts))


def process(row: AnyRow) -> str | None:
    """Apply a notification, and return what is missing. Other notifications change nothing: `eager`, tags, folders."""
    content = payload.read_json(row.body)
    if not isinstance(content, dict):
        return None
    kind = content.get("notification_type")
    if kind == "upload" and isinstance(size := content.get("bytes"), int) and (key := _key(content)):
        notices.arrived(STORE, key, size)
    elif kind == "delete":
        for asset in _assets(content):
            if key := _key(asset):
                notices.lost(STORE, key)
    elif kind == "moderation" and content.get("moderation_status") == REJECTED and (key := _key(content)):
        notices.refused_by_moderation(STORE, key)
    return None


def _assets(content: Json) -> list[Json]:
    resources = content.get("resources")
    return [each for each in resources if isinstance(each, dict)] if isinstance(resources, list) else []


def _key(asset: Json) -> str | None:
    """Return the key of an asset that a notification names; None without a name."""
    resource_type, public_id = asset.get("resource_type"), asset.get("public_id")
    if not isinstance(resource_type, str) or not isinstance(public_id, str):
        return None
    return cloudinary_names.key_of(resource_type, public_id)


VENDOR = VendorWebhook(
    name="cloudinary",
    setting="CLOUDINARY_URL",
    signature_header="X-Cld-Signature",
    content_types=(JSON,),
    verify=verify,
    process=process,
    read=read,
    stored_headers=("Content-Type",),
)
