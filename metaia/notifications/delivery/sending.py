"""Sending what is due: by the provider whose turn it is, if its user still wants it."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications import queries
from metaia.notifications.campaigns.state import CANCELLED
from metaia.notifications.content import messages
from metaia.notifications.delivery import attempts, claims, suppression
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.attempts import Outcome
from metaia.notifications.delivery.suppression import Reason
from metaia.notifications.preferences.policy import Wishes, again
from metaia.notifications.registry import NOTICES, PUSH, SECURITY
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging.failover import Breaker, Choice
from metaia.providers.messaging.interface import Message, Provider

PAUSES = (10, 60, 300, 900, 1800)  # seconds between tries; a try is a round of all providers
LONGEST_PAUSE = 3600.0  # seconds, whatever a provider asks for
PATIENCE = timedelta(days=2)  # with providers that are all away: one call in each OPEN_SECONDS tries
log = structlog.get_logger(__name__)


def send_due(queue: str, choice: Choice) -> int:
    """Send a batch of what is due in `queue`; return how many deliveries were claimed."""
    ids = claims.claim(queue)
    if ids:
        for group in _together(_wanted(delivery_queries.to_send(ids))):
            _send(group, choice)
    return len(ids)


def _wanted(rows: list[AnyRow]) -> list[AnyRow]:
    """Return what is to be sent now: what its user wants at this moment counts, whatever was decided before."""
    wishes, wanted = queries.wishes([row.user_id for row in rows]), []
    for row in rows:
        put_off = _put_off(row, wishes[row.user_id])
        if put_off is None:
            wanted.append(row)
        else:
            attempts.put_off([row], *put_off)
    return wanted


def _put_off(row: AnyRow, wishes: Wishes) -> tuple[str, str, datetime | None] | None:
    """Return (status, reason, time) of a delivery that must not go out now."""
    notice, moment = NOTICES.get(row.type), now()
    if row.unless_seen and row.read_at is not None:
        return "cancelled", "seen", None
    if row.deleted_at is not None:
        return "cancelled", "deleted", None
    if row.campaign == CANCELLED:
        return "cancelled", "campaign", None
    if row.suppressed:
        return "suppressed", row.suppressed, None
    if row.channel == PUSH and (row.token is None or row.dropped_at):
        return "suppressed", "no_device", None
    if notice is None:
        return "failed", "unknown_type", None
    if not row.active and notice.category != SECURITY:
        return "suppressed", "inactive", None
    decision = again(notice, row.channel, wishes, moment)
    if decision.status == "suppressed" or decision.due_at > moment:
        return decision.status, str(decision.reason), decision.due_at
    return None


def _together(rows: list[AnyRow]) -> list[list[AnyRow]]:
    """Group what goes out as one message: all of a digest, and every other delivery by itself.

    A digest is of one category, for its mail has one address to unsubscribe at.
    """
    groups: dict[object, list[AnyRow]] = {}
    for row in rows:
        digest = (row.user_id, row.channel, row.address, NOTICES[row.type].category)
        groups.setdefault(digest if row.digest else row.id, []).append(row)
    return list(groups.values())


def _send(group: list[AnyRow], choice: Choice) -> None:
    """Send a group by the first provider that takes it."""
    providers = _providers(group, choice)
    for round_, provider in enumerate(providers):
        group = attempts.begin(group, provider.name, round_)
        if not group:
            return  # somebody else has taken it
        outcome, took = _call(provider, group, choice.breakers[provider.name])
        settled, number = outcome.settled or provider is providers[-1], group[0].attempts + round_ + 1
        if settled and not outcome.settled:
            outcome = _later(outcome, rounds=-(-number // len(providers)))
        attempts.end(group, outcome, milliseconds=took, settled=settled)
        log.info(
            "delivery", delivery=group[0].id, channel=group[0].channel, provider=provider.name, attempt=number,
            outcome=outcome.outcome, ms=took, answer=outcome.answer if outcome.outcome == "technical" else None,
        )  # fmt: skip
        if settled:
            return


def _providers(group: list[AnyRow], choice: Choice) -> list[Provider]:
    """Return who may be asked. If nobody, put the group off: those whose breaker is open are left alone for a while."""
    first = group[0]
    configured = choice.of(first.channel, first.kind)
    left = [provider for provider in configured if provider.name not in first.lost_by]
    closed = choice.closed(left)
    if not left:
        attempts.put_off(group, *(("undelivered", "failover") if configured else ("failed", "no_provider")))
    elif not closed and now() - first.created_at > PATIENCE:
        attempts.put_off(group, "failed", "provider_away")
    elif not closed:
        due_at = now() + timedelta(seconds=choice.pause(left))
        attempts.put_off(group, "queued", "provider_away", due_at)
    return closed


def _call(provider: Provider, group: list[AnyRow], breaker: Breaker) -> tuple[Outcome, int]:
    """Let one provider try; return what came of it, and how many milliseconds it took."""
    started = time.monotonic()
    try:
        sent = provider.send(_message(group, provider))
        outcome = Outcome("sent", sent.answer, status="sent", reference=sent.reference)
    except Permanent as error:
        outcome = Outcome("permanent", str(error), status="failed", gone=_gone(error))
    except Temporary as error:
        outcome = Outcome("temporary", str(error), status="queued", wait=error.retry_after)
    except Technical as error:
        outcome = Outcome("technical", str(error), status="queued")
    except Exception as error:
        log.exception("a provider or a template has a mistake in it", provider=provider.name)
        outcome = Outcome("technical", f"our mistake: {type(error).__name__}", status="queued")
    if outcome.settled:
        breaker.worked()
    else:
        breaker.failed()
    return outcome, round((time.monotonic() - started) * 1000)


def _gone(error: Permanent) -> Reason | None:
    """Return why nothing more is to go to this address, if so."""
    if error.stopped:
        return suppression.LIFTABLE
    return "invalid" if error.gone else None


def _message(group: list[AnyRow], provider: Provider) -> Message:
    try:
        return messages.compose(group, provider.name)
    except LookupError as error:
        raise Permanent(f"it cannot be written: {error}") from error


def _later(outcome: Outcome, *, rounds: int) -> Outcome:
    """Say when the next try is, with jitter so that not all come back at once; after the last it has failed."""
    if rounds > len(PAUSES):
        return replace(outcome, status="failed")
    pause = PAUSES[rounds - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    return replace(outcome, wait=max(pause, min(outcome.wait or 0, LONGEST_PAUSE)))
