"""Checking the proof of a delivery. What is needed was decided when the order was placed."""

from __future__ import annotations

import hashlib
import hmac

from metaia.core import db, rooms
from metaia.core.access import secret_keys
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.json import Json
from metaia.core.times import now, occurred, rfc3339
from metaia.media.kinds import IMAGE
from metaia.media.uses import service as use_service
from metaia.orders import policy
from metaia.orders.proof import queries
from metaia.orders.proof.state import NOTHING
from metaia.orders.queries import Order
from metaia.orders.state import ADMIN

declare(
    {
        "proof_required": "The delivery needs a code, a photo or a signature; `details` has what is missing.",
        "code_locked": "The code was wrong too often: the customer makes a new one, or an admin delivers.",
    }
)
ROLE = "proof"
FIELDS = ("code", "media_ids", "signature_media_id", "signer_name")


def code(order: Order) -> str:
    """Return the four digits that the courier asks the customer for. They are computed, and stored nowhere."""
    return _code(secret_keys.current_key(), order)


def given(actor: Actor, order: Order, body: Json) -> Json:
    """Return the changes of a delivery with the proof in `body`; an admin delivers without one.

    Raises Invalid (`proof_required`, `wrong_code`, `unknown_media`), Conflict (`code_locked`), and Stale if the order
    is not row-locked.
    """
    shown = [*(body.get("media_ids") or ())]
    signature = body.get("signature_media_id")
    needed = NOTHING if ADMIN in policy.parties(actor, order) else order.proof_needed or NOTHING
    missing = {
        "code": needed["code"] and not body.get("code"),
        "photo": needed["photo"] and not shown,
        "signature": needed["signature"] and not signature,
    }
    if names := [name for name, lacks in missing.items() if lacks]:
        raise Invalid(
            "The proof of delivery is incomplete.", code="proof_required", details={"missing": names}
        )
    files = [*shown, *([signature] if signature else [])]
    if files:
        _attach(actor, order, files)
    if needed["code"]:
        # last: a request that is refused for its files is no try of the code
        _require_code(order, body["code"])
    return {"proof": _proof(order, body, by_code=bool(needed["code"]))} if files or needed["code"] else {}


def attach_problem(actor: Actor, order: Order, body: Json) -> Json:
    """Attach the picture of a problem to an order. Raises Invalid (`unknown_media`)."""
    if body.get("media_id"):
        _attach(actor, order, [body["media_id"]])
    return {}


def renewed(order: Order) -> Json:
    """Return the changes of a new code."""
    return {"code_version": order.code_version + 1}


def _require_code(order: Order, entered: str) -> None:
    if not db.locking():
        raise db.Stale  # the try must be counted once
    tries = queries.count_try(order.id, order.code_version)
    if tries is None:
        raise Conflict("The code was wrong too often.", code="code_locked")
    if not any(hmac.compare_digest(_code(key, order), entered) for key in secret_keys.all_keys()):
        left = queries.MOST - tries
        raise Invalid("The code is wrong.", code="wrong_code", details={"triesLeft": [str(left)]})


def _code(key: str, order: Order) -> str:
    text = f"delivery code {order.id} {order.code_version}"
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10_000:04}"


def _attach(actor: Actor, order: Order, media_ids: list[str]) -> None:
    if not db.locking():
        raise db.Stale
    subject = rooms.subject("order", order.id)
    use_service.attach(actor, media_ids, subject=subject, role=ROLE, kinds={IMAGE})


def _proof(order: Order, body: Json, *, by_code: bool) -> Json:
    moment, stated = now(), body.get("occurred_at")
    return {
        "at": rfc3339(moment if stated is None else occurred(stated, order.created_at, moment)),
        "code": by_code,
        "mediaIds": [*(body.get("media_ids") or ())],
        "signatureMediaId": body.get("signature_media_id"),
        "signerName": body.get("signer_name"),
    }
