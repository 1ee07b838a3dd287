"""Sending messages: one in two round trips, as orders are accepted; several in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.exc import IntegrityError

from metaia.chat import contexts, policy, refusals
from metaia.chat import queries as chat_queries
from metaia.chat.attachments import service as attachments
from metaia.chat.fields import SENT, TEXT
from metaia.chat.history import service as history
from metaia.chat.messages import limits, publish, queries
from metaia.chat.messages import policy as waiting
from metaia.chat.messages.queries import Ground
from metaia.chat.presenters import Around
from metaia.chat.queries import Message
from metaia.core import db, json
from metaia.core.access.actor import Actor
from metaia.core.db import turns
from metaia.core.errors import Invalid, NotFound, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now

declare(
    {
        "client_id_mismatch": "This clientMessageId was used for another message.",
        "reply_elsewhere": "The quoted message is not in this conversation, or not visible to the sender.",
    }
)
TURN_SECONDS = 2.0  # of waiting for other messages to the same conversation


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as `MessageOut`; `replayed` if it was sent before with the same client id."""

    message: Json
    replayed: bool


def send(actor: Actor, conversation_id: str, given: Json) -> Sent:
    """Send a message, with the body `SendMessage`. In a running transaction it is a part of that one.

    Raises NotFound, Forbidden (`not_participant`, `restricted`, `cannot_message`), Conflict (`conversation_closed`,
    `client_id_mismatch`), Invalid and TooMany.
    """
    limits.count(actor, conversation_id)
    fingerprint = _fingerprint(given)

    def work() -> Sent:
        return _send(actor, conversation_id, given, fingerprint)

    if given["attachments"] or db.locking():  # files are row-locked
        with db.transaction():
            return work()
    with turns.turn(conversation_id, TURN_SECONDS):
        try:
            return db.optimistic_then_locked(work)
        except IntegrityError:  # the client id was used in another conversation at the same moment
            return db.optimistic_then_locked(work)


def send_many(actor: Actor, conversation_id: str, given: Sequence[Json]) -> list[Sent]:
    """Send messages in this order, all or none. Raises as `send` does."""
    limits.count(actor, conversation_id, len(given))
    with db.transaction():
        return [_send(actor, conversation_id, each, _fingerprint(each)) for each in given]


def _send(actor: Actor, conversation_id: str, given: Json, fingerprint: str) -> Sent:
    if db.locking():  # before the read: a statement that waits for a row does not see what else has changed
        chat_queries.row_locked(conversation_id)
    ground = queries.ground(conversation_id, actor.id, given["client_message_id"], given["reply_to"])
    if ground is None:
        raise NotFound(history.NO_CONVERSATION)
    if ground.existing is not None:
        return _replay(ground, ground.existing, fingerprint)
    require_allowed(actor, ground)
    _require_quote(ground, given["reply_to"])
    _require_mentioned(ground, given["mentions"])
    return Sent(_add(actor, ground, given, fingerprint), replayed=False)


def _replay(ground: Ground, existing: Message, fingerprint: str) -> Sent:
    """Return the message that was sent before with this client id, as it is now."""
    if existing.conversation_id != ground.conversation.id or existing.fingerprint != fingerprint:
        raise publish.client_id_mismatch()
    if ground.participant is None:
        raise refusals.problem(policy.NOT_PARTICIPANT)
    place = ground.participant  # which sees own messages also after clearing or leaving the conversation
    shown = history.one(ground.conversation, place.user_id, existing.id, since=place.hidden_seq)
    return Sent(shown, replayed=True)


def require_allowed(actor: Actor, ground: Ground) -> None:
    """Raise the error of an actor that may not write: Forbidden or Conflict."""
    conversation, restriction = ground.conversation, ground.restriction
    goes_on = (
        ground.blocked and conversation.deal_id is not None and contexts.goes_on(actor, conversation.deal_id)
    )
    code = policy.refusal_to_write(
        conversation,
        ground.participant,
        restricted=restriction is not None,
        blocked=ground.blocked,
        deal_goes_on=goes_on,
    )
    if code is not None:
        until = restriction["until"] if restriction else None
        raise refusals.problem(code, until=datetime.fromisoformat(until) if until else None)


def _require_quote(ground: Ground, reply_to: str | None) -> None:
    if reply_to is None:
        return
    place, quoted = ground.participant, ground.quoted
    if quoted is None or place is None or not place.sees(quoted.seq):
        raise Invalid(
            "The quoted message is not in this conversation.",
            code="reply_elsewhere",
            details={"replyTo": ["Not a message of this conversation that you see."]},
        )


def _require_mentioned(ground: Ground, mentions: list[str]) -> None:
    if not mentions:
        return
    people = ground.people
    found = queries.active_among(ground.conversation.id, mentions) if people is None else set(people)
    if unknown := [each for each in mentions if each not in found]:
        raise Invalid(details={"mentions": [f"Not in this conversation: {', '.join(unknown)}."]})


def _add(actor: Actor, ground: Ground, given: Json, fingerprint: str) -> Json:
    conversation, moment = ground.conversation, now()
    wait = waiting.after_message(conversation, actor.id, ground.people, moment)
    message_id, seq = new_id(), conversation.last_seq + 1
    files = (
        attachments.attach(actor, message_id, conversation.id, seq, given["attachments"])
        if given["attachments"]
        else []
    )
    message = Message(
        id=message_id,
        conversation_id=conversation.id,
        seq=seq,
        changed=conversation.version + 1,
        version=1,
        kind=files[0]["kind"] if files else TEXT,
        created_at=moment,
        sender_id=actor.id,
        sender_role=actor.role,
        client_id=given["client_message_id"],
        fingerprint=fingerprint,
        text=given["text"],
        reply_to=given["reply_to"],
        mentions=list(dict.fromkeys(given["mentions"])),
        response_seconds=wait.response_seconds,
        client_sent_at=given["client_sent_at"],
    )
    quoted, deal_id = ground.quoted, conversation.deal_id
    around = Around(deal_id, conversation.by_order, ground.sender_name, files, quoted, ground.newest)
    _, shown = publish.add(
        conversation,
        message,
        ground.people or (),
        around,
        remind_at=conversation.remind_at or moment + timedelta(seconds=current_app.config["CHAT_PUSH_AFTER"]),
        waiting_for=wait.waiting_for,
        waiting_since=wait.waiting_since,
    )
    return shown | {"status": SENT}


def _fingerprint(given: Json) -> str:
    """Return the fingerprint of a message. Not of `clientSentAt`: apps may send another one again."""
    compared = {key: given[key] for key in ("text", "attachments", "reply_to", "mentions")}
    return hashlib.sha256(json.canonical(compared)).hexdigest()
