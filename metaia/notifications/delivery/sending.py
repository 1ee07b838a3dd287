"""Sending due deliveries: by the first available provider, if nothing has come to prevent it."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.jobs.unknown import QUARANTINE_AFTER
from metaia.notifications.content import messages
from metaia.notifications.delivery import attempts, claims, queries, relevance
from metaia.notifications.delivery.attempts import Outcome
from metaia.notifications.preferences import queries as preference_queries
from metaia.notifications.preferences.policy import Preferences, decide_at_sending, in_time
from metaia.notifications.registry import NOTIFICATION_TYPES, PUSH, SECURITY
from metaia.notifications.suppressions import queries as suppression_queries
from metaia.notifications.suppressions.policy import Reason, Suppression, stopping
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging.failover import CircuitBreaker, ProviderFailover
from metaia.providers.messaging.interface import Message, Provider

RETRY_PAUSES = (10, 60, 300, 900, 1800)  # seconds after each round; a round tries all providers
MAX_PAUSE = 3600.0  # seconds; a longer Retry-After is shortened to this
MAX_UNAVAILABLE = timedelta(days=2)  # age at which a delivery fails if all its providers are unavailable
UNKNOWN_PAUSE = timedelta(
    minutes=1
)  # before a delivery of a type that this release does not know is tried again
log = structlog.get_logger(__name__)


def send_due(queue: str, failover: ProviderFailover) -> int:
    """Send a batch of the due deliveries of `queue`; return how many were claimed."""
    ids = claims.claim(queue)
    if ids:
        for group in _grouped(_sendable(_current(ids))):
            _send(group, failover)
    return len(ids)


def _current(ids: list[str]) -> list[AnyRow]:
    """Return claimed deliveries as they are now: acts of the last seconds count before a fallback is sent."""
    rows = queries.to_send(ids)
    if any(row.unless_seen and row.read_at is None for row in rows) and relevance.mark_acted():
        return queries.to_send(ids)
    return rows


def _sendable(rows: list[AnyRow]) -> list[AnyRow]:
    """Return the deliveries to send now, and postpone the others. Preferences may have changed since the planning."""
    preferences = preference_queries.get_many([row.user_id for row in rows])
    suppressions = suppression_queries.of({(row.channel, row.address) for row in rows if row.address})
    outdated = relevance.outdated(rows)
    sendable = []
    for row in rows:
        known = suppressions.get((row.channel, row.address), [])
        reason = outdated.get(row.notification_id)
        obstacle = (
            _obstacle(row, preferences[row.user_id], known) if reason is None else ("cancelled", reason, None)
        )
        if obstacle is None:
            sendable.append(row)
        else:
            attempts.postpone([row], *obstacle)
    return sendable


def _obstacle(
    row: AnyRow, preferences: Preferences, suppressions: list[Suppression]
) -> tuple[str, str, datetime | None] | None:
    """Return (status, reason, due time) of a delivery that must not be sent now, None if it can be sent."""
    type_, moment = NOTIFICATION_TYPES.current().get(row.type), now()
    if row.unless_seen and row.read_at is not None:
        return "cancelled", "seen", None
    if row.deleted_at is not None:
        return "cancelled", "deleted", None
    if row.channel == PUSH and (row.token is None or row.dropped_at):
        return "suppressed", "no_device", None
    if type_ is None and moment - row.created_at < QUARANTINE_AFTER:  # of a newer release
        return "queued", "unknown_type", moment + UNKNOWN_PAUSE
    if type_ is None:
        return "failed", "unknown_type", None
    if reason := stopping(suppressions, type_, moment):
        return "suppressed", reason, None
    if relevance.is_unverified(type_, row.channel, row.email_verified_at):
        return "suppressed", "unverified", None
    if not row.active and type_.category != SECURITY:
        return "suppressed", "inactive", None
    decision = in_time(decide_at_sending(type_, row.channel, preferences, moment), row.expires_at)
    if decision.status == "suppressed" or decision.due_at > moment:
        return decision.status, str(decision.reason), decision.due_at
    return None


def _grouped(rows: list[AnyRow]) -> list[list[AnyRow]]:
    """Group deliveries by message: all of a digest together, each other delivery alone.

    A digest has notifications of one category, because the unsubscribe link of its mail ends one category.
    """
    types = NOTIFICATION_TYPES.current()
    groups: dict[object, list[AnyRow]] = {}
    for row in rows:
        digest = (row.user_id, row.channel, row.address, types[row.type].category)
        groups.setdefault(digest if row.digest else row.id, []).append(row)
    return list(groups.values())


def _send(group: list[AnyRow], failover: ProviderFailover) -> None:
    """Send a group by the first provider that accepts it."""
    providers = _providers(group, failover)
    for round_, provider in enumerate(providers):
        group = attempts.start(group, provider.name, round_)
        if not group:
            return  # another worker has it
        outcome, milliseconds = _call(provider, group, failover.breakers[provider.name])
        number = group[0].attempts + round_ + 1
        release = outcome.is_final or provider is providers[-1]
        if release and not outcome.is_final:
            outcome = _with_pause(outcome, rounds=-(-number // len(providers)))
        attempts.finish(group, outcome, milliseconds=milliseconds, release=release)
        log.info(
            "delivery", delivery=group[0].id, channel=group[0].channel, provider=provider.name, attempt=number,
            outcome=outcome.outcome, ms=milliseconds,
            answer=outcome.answer if outcome.outcome == "technical" else None,
        )  # fmt: skip
        if release:
            return


def _providers(group: list[AnyRow], failover: ProviderFailover) -> list[Provider]:
    """Return the providers to try, in order. If there is none, postpone the group.

    Excluded are providers that have lost the delivery before, and those whose circuit breaker is open.
    """
    first = group[0]
    configured = failover.for_channel(first.channel, first.kind)
    remaining = [provider for provider in configured if provider.name not in first.lost_by]
    available = failover.available(remaining)
    if not remaining:
        attempts.postpone(group, *(("undelivered", "failover") if configured else ("failed", "no_provider")))
    elif not available and now() - first.created_at > MAX_UNAVAILABLE:
        attempts.postpone(group, "failed", "provider_away")
    elif not available:
        due_at = now() + timedelta(seconds=failover.seconds_until_available(remaining))
        attempts.postpone(group, "queued", "provider_away", due_at)
    return available


def _call(provider: Provider, group: list[AnyRow], breaker: CircuitBreaker) -> tuple[Outcome, int]:
    """Call a provider; return the outcome and the duration in milliseconds."""
    started = time.monotonic()
    try:
        sent = provider.send(_message(group, provider))
        outcome = Outcome("sent", sent.answer, status="sent", reference=sent.reference)
    except Permanent as error:
        outcome = Outcome("permanent", str(error), status="failed", suppress=_suppression(error))
    except Temporary as error:
        outcome = Outcome("temporary", str(error), status="queued", retry_after=error.retry_after)
    except Technical as error:
        outcome = Outcome("technical", str(error), status="queued")
    except Exception as error:
        log.exception("a provider adapter or a template has a bug", provider=provider.name)
        outcome = Outcome("technical", f"our mistake: {type(error).__name__}", status="queued")
    if outcome.is_final:
        breaker.succeeded()
    else:
        breaker.failed()
    return outcome, round((time.monotonic() - started) * 1000)


def _suppression(error: Permanent) -> Reason | None:
    """Return the reason to suppress the address, None if the failure is about the message only."""
    if error.stopped:
        return "stop"
    if error.full:
        return "temporary_bounce"
    return "permanent_bounce" if error.gone else None


def _message(group: list[AnyRow], provider: Provider) -> Message:
    try:
        return messages.compose(group, provider.name)
    except LookupError as error:
        raise Permanent(f"it cannot be written: {error}") from error


def _with_pause(outcome: Outcome, *, rounds: int) -> Outcome:
    """Return `outcome` with the seconds until the next round, or as failed after the last round.

    The jitter of 20 % spreads retries, so that not all deliveries of an outage come back at once.
    """
    if rounds > len(RETRY_PAUSES):
        return replace(outcome, status="failed")
    pause = RETRY_PAUSES[rounds - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    return replace(outcome, retry_after=max(pause, min(outcome.retry_after or 0, MAX_PAUSE)))
