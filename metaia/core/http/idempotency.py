"""Idempotency keys: a request repeated with the same key and body gets the first answer, and takes effect once.

The row of the key commits together with the change, so neither exists without the other, and a kill leaves nothing to
clean up. A request with the key of a running request gets a 409 at once: the running one holds an advisory lock on the
key, which PostgreSQL releases at the end of the transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from flask import Response, request
from sqlalchemy import DateTime, Integer, LargeBinary, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core import db, json
from metaia.core.access.actor import current
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.http.bodies import parse_strict_json
from metaia.core.times import now
from metaia.extensions import Model

View = TypeVar("View", bound=Callable[..., Any])
HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "A repeated request with the same key and body gets the first answer, and takes effect once. "
    "Bodies are compared as JSON values.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
REQUIRED = PARAMETER | {"required": True}
declare(
    {
        "idempotency_in_flight": "A request with this Idempotency-Key is in progress: retry later.",
        "idempotency_key_required": "Send an Idempotency-Key, and the same one when you repeat the request.",
        "idempotency_mismatch": "This Idempotency-Key was used for another request.",
    }
)


class Fingerprints(NamedTuple):
    """What two requests with one key are compared by: their bytes, and the value of their bodies."""

    plain: str
    canonical: str


class IdempotencyKey(Model):
    """The first answer to a request with a key. `scope` is the id of the user.

    `canonical` is the fingerprint to compare: of the body's value. `fingerprint` is that of its bytes. Releases before
    the column `canonical` compare only `fingerprint`, and have stored no other.
    """

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    canonical: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Any] = mapped_column(DateTime(timezone=True), index=True)


def purge_before(before: datetime) -> int:
    """Delete the keys first used before `before`, in the running transaction; return their number."""
    return db.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before)).rowcount


def erase_user(user_id: str) -> None:
    """Delete a user's keys with their stored answers, in the running transaction."""
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.scope == user_id))


def once(view: View, *, required: bool = False) -> View:
    """Make a view support `Idempotency-Key`. Only successful answers are stored: failed requests can be retried.

    With `required` a request without a key is refused: repeated by accident, it would move money twice.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        if required and HEADER not in request.headers:
            raise Invalid(f"Send {HEADER}.", code="idempotency_key_required")
        if HEADER not in request.headers:
            first: Response = view(*args, **kwargs)
            return first
        return _run_once(_of_body, lambda: view(*args, **kwargs))

    return guarded  # type: ignore[return-value]


def run(content: bytes, work: Callable[[], Response]) -> Response:
    """Return `work()`, or the stored answer to a repeated request; in a transaction, with or without a key.

    It is for views that read the body themselves: `content` is what identifies the body. Only successful answers are
    stored. Raises Conflict and Invalid.
    """
    if HEADER not in request.headers:
        with db.transaction():
            return work()
    fingerprint = _fingerprint(content)
    return _run_once(lambda: Fingerprints(fingerprint, fingerprint), work)


def _run_once(fingerprints: Callable[[], Fingerprints], work: Callable[[], Response]) -> Response:
    key = request.headers[HEADER]
    require_valid(key, HEADER)
    with db.transaction():
        row = find(key, fingerprints)
        return _store(key, fingerprints(), work()) if row is None else _replay(row)


def require_valid(key: str, field: str) -> None:
    """Raise Invalid if a key is too long or not printable; `field` is where the client has sent it."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise Invalid(details={field: ["1 to 200 printable ASCII characters."]})


def find(key: str, fingerprints: Callable[[], Fingerprints]) -> AnyRow | None:
    """Return the row of a key that was used for the same request. Raises Conflict if it was used for another one."""
    scope = current().id
    free = db.fetch_value(select(func.pg_try_advisory_xact_lock(func.hashtextextended(f"{scope} {key}", 0))))
    if not free:
        raise Conflict("A request with this key is in progress.", code="idempotency_in_flight", retry_after=1)
    row = db.fetch_one(
        select(
            IdempotencyKey.fingerprint,
            IdempotencyKey.canonical,
            IdempotencyKey.status,
            IdempotencyKey.body,
            IdempotencyKey.etag,
        ).where(IdempotencyKey.scope == scope, IdempotencyKey.key == key)
    )
    if row is None:
        return None
    given = fingerprints()
    if row.canonical != given.canonical and row.fingerprint != given.plain:
        raise Conflict("This key was used for another request.", code="idempotency_mismatch")
    return row


def _replay(row: AnyRow) -> Response:
    replay = Response(row.body, row.status, mimetype="application/json")
    replay.headers[REPLAYED] = "true"
    if row.etag is not None:
        replay.headers["ETag"] = row.etag
    return replay


def _store(key: str, fingerprints: Fingerprints, response: Response) -> Response:
    append(key, fingerprints, response.status_code, response.get_data(), response.headers.get("ETag"))
    return response


def append(key: str, fingerprints: Fingerprints, status: int, body: bytes, etag: str | None) -> None:
    """Store the answer to the first request with a key, in the running transaction."""
    db.append(
        IdempotencyKey,
        scope=current().id,
        key=key,
        fingerprint=fingerprints.plain,
        canonical=fingerprints.canonical,
        status=status,
        body=body,
        etag=etag,
        created_at=now(),
    )


def _of_body() -> Fingerprints:
    return Fingerprints(_fingerprint(request.get_data()), _fingerprint(_canonical_body()))


def _canonical_body() -> bytes:
    """Return one form for all bodies of the same JSON value; a body that is not JSON as it is, none as `{}`."""
    body = request.get_data()
    if body and not request.is_json:
        return body
    return json.canonical(parse_strict_json(body) if body else {})


def _fingerprint(body: bytes) -> str:
    return hashlib.sha256(b"\n".join([request.method.encode(), request.path.encode(), body])).hexdigest()
