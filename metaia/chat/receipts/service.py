"""Reading, and marking as unread; what was delivered is written by `flushing`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from metaia.chat import policy as chat_policy
from metaia.chat import queries as chat_queries
from metaia.chat import refusals
from metaia.chat.models import ParticipantRow
from metaia.chat.receipts import policy, presenters, publish, queries
from metaia.chat.receipts.policy import Marks
from metaia.chat.receipts.queries import Place
from metaia.chat.unread import queries as unread_queries
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, NotFound
from metaia.core.json import Json
from metaia.core.times import now

BATCH = 100  # conversations in one transaction
Given = Iterable[Mapping[str, object]]


def read(actor: Actor, conversation_id: str, seq: int) -> Json:
    """Mark a conversation as read up to `seq`; return the mark and what is unread. Raises NotFound and Forbidden.

    A mark that is higher already stays, without an event.
    """
    return db.optimistic_then_locked(
        lambda: _move(actor, conversation_id, lambda marks, last: policy.read(marks, min(seq, last)))
    )


def unread(actor: Actor, conversation_id: str, seq: int) -> Json:
    """Mark the message `seq` and all after it as unread, for oneself only; return the same as `read` does."""
    return db.optimistic_then_locked(
        lambda: _move(actor, conversation_id, lambda marks, _: policy.unread(marks, seq))
    )


def read_many(actor: Actor, conversation_ids: Collection[str] | None) -> int:
    """Mark conversations as read up to their last message, or with None all; return how many were not.

    They are written in batches: after a failure the earlier ones are read.
    """
    number = 0
    while found := queries.to_read(actor.id, conversation_ids, BATCH):
        with db.transaction():
            for conversation_id in found:
                _move(actor, conversation_id, policy.read)
        number += len(found)
    return number


def receipts(actor: Actor, message_id: str) -> list[Json]:
    """Return the status of a message with each other participant. Raises NotFound and Forbidden."""
    message = chat_queries.message(message_id)
    mine = None if message is None else chat_queries.participant(message.conversation_id, actor.id)
    if message is None or mine is None or not mine.sees(message.seq):
        raise NotFound("There is no such message.")
    conversation = chat_queries.conversation(message.conversation_id)
    if message.sender_id != actor.id or conversation is None:
        raise Forbidden("Only its sender sees the receipts of a message.")
    people = queries.others_shown(conversation.id, actor.id, message.seq)
    if not policy.shows_receipts(conversation.kind, len(people) + 1, message.created_at, now()):
        raise Forbidden("Groups show receipts for a few days, and only small ones.")
    return presenters.receipts(message.seq, people)


def write_delivered(marks: queries.Delivered) -> None:
    """Write up to where messages were delivered to users, for many conversations at once. Raises OperationalError."""
    with db.transaction():
        raised = queries.raise_delivered(marks)
        told = (
            queries.watchers({(each.conversation_id, each.user_id): 0 for each in raised}) if raised else {}
        )
        for each in raised:
            publish.status(
                each.conversation_id,
                each.user_id,
                Marks(0, each.seen_seq, each.delivered_seq),
                watchers=told.get((each.conversation_id, each.user_id), ()),
            )


def publish_own(user_id: str, conversation_id: str) -> None:
    """Record a user's marks for the user's devices, in the running transaction that has written them."""
    mine = chat_queries.participant(conversation_id, user_id)
    if mine is None:
        return
    marks = Marks(mine.read_seq, mine.seen_seq, mine.delivered_seq)
    shown = _mine(conversation_id, user_id, mine.read_seq)
    publish.status(conversation_id, user_id, marks, watchers=(), mine=shown)


def _move(actor: Actor, conversation_id: str, change: Callable[[Marks, int], Marks]) -> Json:
    """Change the marks of the actor; `change` gets them and the last `seq` that the actor sees."""
    place = queries.place(conversation_id, actor.id)
    if place is None:
        raise _missing(conversation_id)
    mine = place.participant
    before = Marks(mine.read_seq, mine.seen_seq, mine.delivered_seq)
    after = change(before, mine.last_visible(place.last_seq))
    shown = _mine(conversation_id, actor.id, after.read_seq)
    if after != before:
        _write(place, after)
        others = place.watchers if _is_shown(place, before, after) else ()
        publish.status(conversation_id, actor.id, after, watchers=others, mine=shown)
    return shown


def _mine(conversation_id: str, user_id: str, read_seq: int) -> Json:
    return presenters.mine(read_seq, unread_queries.count(conversation_id, user_id, read_seq))


def _write(place: Place, after: Marks) -> None:
    mine = place.participant
    db.change(
        ParticipantRow,
        id=mine.id,
        version=mine.version + 1,
        read_seq=after.read_seq,
        seen_seq=after.seen_seq,
        delivered_seq=after.delivered_seq,
    )


def _is_shown(place: Place, before: Marks, after: Marks) -> bool:
    changed = (before.seen_seq, before.delivered_seq) != (after.seen_seq, after.delivered_seq)
    return changed and place.participant.active


def _missing(conversation_id: str) -> NotFound | Forbidden:
    if chat_queries.conversation(conversation_id) is None:
        return NotFound("There is no such conversation.")
    problem = refusals.problem(chat_policy.NOT_PARTICIPANT)
    assert isinstance(problem, Forbidden)  # noqa: S101
    return problem
