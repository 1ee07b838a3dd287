"""Sending: threads call receivers, so that a slow one delays no other. Also single calls: challenges and tests."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import Any

import structlog
from flask import Flask, current_app

from metaia.core import fault_injection
from metaia.core.db import AnyRow
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.redis import connect
from metaia.core.times import now, rfc3339
from metaia.providers import public_calls
from metaia.realtime.log import store as log_store
from metaia.webhook_endpoints import queries, sealed
from metaia.webhook_endpoints import service as endpoints
from metaia.webhook_endpoints.fanout import service as fanout
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.sending import bodies, claims, results, signatures, stats
from metaia.webhook_endpoints.sending.results import Result
from metaia.webhook_endpoints.state import UNVERIFIED

SECONDS = 20.0  # of one call in all
THREADS = 32
ROUND = 0.2  # seconds between two looks at the log and the tables while calls are running
CHALLENGE_HEADER = "webhook-challenge"
log = structlog.get_logger(__name__)


class Sender:
    """The threads of this process, and the number of calls that they are at. Calls outlive the job that began them."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks")
        self._changed = Condition()
        self.redis = connect(app.config["REDIS_URL"])
        self.calls = 0

    def run(self, *, seconds: float) -> int:
        """Turn the log into messages and send what is due, until there is nothing to do or the time is up."""
        done, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            busy = self.calls  # before the look: the end of a call frees the next message
            count = fanout.read_page() + self._send_due()
            done += count
            if not count and not busy:
                break
            if not count:
                self._wait()
        return done

    def _send_due(self) -> int:
        found = claims.claim(self.redis, THREADS - self.calls)
        for message in found:
            with self._changed:
                self.calls += 1
            self._threads.submit(self._send, message)
        return len(found)

    def _send(self, message: AnyRow) -> None:
        try:
            with self._app.app_context():
                send(message, self.redis)
        except Exception:
            log.exception("message not sent", message=message.id)  # it is due again when its lease ends
        finally:
            with self._changed:
                self.calls -= 1
                self._changed.notify_all()

    def _wait(self) -> None:
        """Wait for the end of a call, for ROUND at most."""
        with self._changed:
            if self.calls:
                self._changed.wait(ROUND)


def sender() -> Sender:
    """Return the sender of this process."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # threads need it itself
    key = "metaia.webhook_sender"
    if key not in app.extensions:
        app.extensions[key] = Sender(app)
    made: Sender = app.extensions[key]
    return made


def send(message: AnyRow, redis: Any) -> None:
    """Send a claimed message, and store the result."""
    try:
        content = bodies.of_message(message, log_store.head())
    except bodies.Vanished:
        results.cancel(message, "the event is not in the log any more")
        return
    result, _ = _call(message.endpoint_id, message.url, message.event_id, content)
    fault_injection.point("webhook_sent")
    results.record(message, result)
    stats.count(redis, result.status if result.status is not None else "none")


def test(endpoint: Endpoint) -> Result:
    """Send a test, and return its result. It changes nothing."""
    content = bodies.body(
        endpoint.api_version, "endpoint.test", rfc3339(now()), {"endpointId": endpoint.id}, test=True
    )
    return _call(endpoint.id, endpoint.url, new_id(), content)[0]


def verify(endpoint_id: str) -> Result | None:
    """Send a challenge to an unverified endpoint, which is active once the answer repeats it; return the result."""
    this = queries.get(endpoint_id)
    if this is None or this.state != UNVERIFIED:
        return None
    challenge = secrets.token_urlsafe(24)
    data: Json = {"challenge": challenge}
    content = bodies.body(this.api_version, "endpoint.verify", rfc3339(now()), data)
    result, answer = _call(this.id, this.url, new_id(), content)
    if answer is None or not result.ok:
        return result
    if challenge not in answer.text and answer.headers.get(CHALLENGE_HEADER, "").strip() != challenge:
        return Result(result.at, result.ms, result.status, "the answer does not repeat the challenge")
    endpoints.verified(this.id, this.url)
    return result


def _call(
    endpoint_id: str, url: str, message_id: str, content: bytes
) -> tuple[Result, public_calls.Answer | None]:
    """Call a receiver, and return the result and the answer."""
    moment, began = now(), time.monotonic()
    keys = _keys(endpoint_id)
    if not keys:
        return Result(moment, 0, error="the secret cannot be decrypted: rotate it"), None
    headers = signatures.headers(message_id, int(moment.timestamp()), content, keys)
    local = current_app.config["WEBHOOK_LOCAL_ORIGINS"]
    try:
        answer = public_calls.post(url, headers, content, seconds=SECONDS, local=local)
    except public_calls.CallFailed as failure:
        return Result(moment, _ms(began), error=str(failure)), None
    retry_after = results.seconds(answer.headers.get("retry-after"))
    error = None if 200 <= answer.status < 300 else f"status {answer.status}"
    text = results.shown(answer.text)
    return Result(moment, _ms(began), answer.status, error, text, retry_after), answer


def _keys(endpoint_id: str) -> list[bytes]:
    """Return the keys that sign now: that of the secret, and for a while that of the one before."""
    row = queries.keys_of(endpoint_id)
    if row is None:
        return []
    both = row.previous_secret is not None and row.previous_until > now()
    found = [row.secret, row.previous_secret] if both else [row.secret]
    return [key for data in found if (key := sealed.key(data, endpoint_id)) is not None]


def _ms(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
