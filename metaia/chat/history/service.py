"""Reading the messages of a conversation, as far as one participant sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from metaia.chat import policy, queries, refusals
from metaia.chat.attachments import presenters as attachments
from metaia.chat.fields import DOCUMENT, IMAGE, VOICE
from metaia.chat.history import presenters
from metaia.chat.history import queries as history_queries
from metaia.chat.history.queries import Found, Marks
from metaia.chat.queries import Conversation, Message, Participant
from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.json import Json

FILES = frozenset({IMAGE, DOCUMENT, VOICE})  # kinds of messages with attachments
NO_CONVERSATION, NO_MESSAGE = "There is no such conversation.", "There is no such message."


@dataclass(frozen=True, slots=True)
class Page:
    """Messages in ascending order, as one participant sees them, and whether there are others around them."""

    messages: list[Json]
    first_seq: int | None
    last_seq: int | None
    version: int  # of the conversation
    has_before: bool
    has_after: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """Messages that changed after a version. With `more` they end at `version`, else at the conversation's."""

    conversation: Conversation
    place: Participant
    messages: list[Json]
    version: int
    more: bool


def page(
    actor: Actor,
    conversation_id: str,
    *,
    before: int | None,
    after: int | None,
    around: int | None,
    limit: int,
) -> Page:
    """Return the newest messages, or those before, after or around a `seq`. Raises NotFound and Forbidden."""
    conversation, place = place_of(actor, conversation_id)
    if around is not None:
        found = _around(place, around, limit)
    elif after is not None:
        found = _marked(
            history_queries.after(place, after, limit + 1), limit, has_before=after > place.hidden_seq
        )
    else:
        found = _newest(place, before, limit, place.last_visible(conversation.last_seq))
    rows, has_before, has_after = found
    seqs = [each.message.seq for each in rows]
    return Page(
        shown(conversation, actor.id, rows, since=place.hidden_seq),
        seqs[0] if seqs else None,
        seqs[-1] if seqs else None,
        conversation.version,
        has_before,
        has_after,
    )


def changes(actor: Actor, conversation_id: str, since: int, limit: int) -> Changes:
    """Return the messages as they are now that changed after the version `since`. Raises NotFound and Forbidden."""
    conversation, place = place_of(actor, conversation_id)
    rows = history_queries.changed(place, since, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    version = rows[-1].message.changed if more else conversation.version
    messages = shown(conversation, actor.id, rows, since=place.hidden_seq)
    return Changes(conversation, place, messages, version, more)


def place_of(actor: Actor, conversation_id: str) -> tuple[Conversation, Participant]:
    """Return a conversation and the actor's place in it, also a former one. Raises NotFound and Forbidden."""
    conversation = queries.conversation(conversation_id)
    if conversation is None:
        raise NotFound(NO_CONVERSATION)
    place = queries.participant(conversation_id, actor.id)
    if place is None:
        raise refusals.problem(policy.NOT_PARTICIPANT)
    return conversation, place


def one(conversation: Conversation, user_id: str, message_id: str, *, since: int) -> Json:
    """Return one message of a conversation as a user sees it. Raises NotFound if it does not exist."""
    rows = history_queries.by_ids([message_id])
    if not rows:
        raise NotFound(NO_MESSAGE)
    return shown(conversation, user_id, rows, since=since)[0]


def shown(conversation: Conversation, user_id: str, rows: Sequence[Found], *, since: int) -> list[Json]:
    """Return messages of one conversation as `MessageOut`. Quotes of messages up to `since` have no excerpt."""
    found = shown_by_id({conversation.id: conversation}, user_id, rows, since={conversation.id: since})
    return [found[each.message.id] for each in rows]


def shown_by_id(
    conversations: Mapping[str, Conversation],
    user_id: str,
    rows: Sequence[Found],
    *,
    since: Mapping[str, int],
) -> dict[str, Json]:
    """Return messages of these conversations by id, as `MessageOut`; `since` by the ids of the conversations.

    The number of queries is the same for any number of conversations.
    """
    own = {each.message.conversation_id for each in rows if each.message.sender_id == user_id}
    marks = history_queries.marks(own, user_id) if own else {}
    files = _files(rows)
    return {
        each.message.id: presenters.message(
            each,
            conversations[each.message.conversation_id],
            user_id,
            since=since[each.message.conversation_id],
            marks=marks.get(each.message.conversation_id, Marks()),
            attachments=files,
        )
        for each in rows
    }


def of_any(user_id: str, message_ids: Collection[str]) -> dict[str, Json]:
    """Return messages of any conversations by id, as `MessageOut`, without deleted ones and those the user cannot see.

    The number of queries is the same for any number of conversations.
    """
    rows = history_queries.by_ids(message_ids) if message_ids else []
    conversation_ids = {each.message.conversation_id for each in rows}
    places = queries.places(user_id, conversation_ids) if rows else {}
    rows = [each for each in rows if each.message.deleted_at is None and _sees(places, each.message)]
    conversations = queries.conversations(conversation_ids) if rows else {}
    since = {place.conversation_id: place.hidden_seq for place in places.values()}
    return shown_by_id(conversations, user_id, rows, since=since)


def for_all(conversation: Conversation, message_id: str) -> Json:
    """Return a message as `MessageShown`, for all participants. Raises NotFound if it does not exist."""
    rows = history_queries.by_ids([message_id])
    if not rows:
        raise NotFound(NO_MESSAGE)
    since = history_queries.newest_joined(conversation.id) if rows[0].quoted else 0
    files = _files(rows)
    return presenters.shown(rows[0], conversation, since=since, attachments=files)


def _sees(places: Mapping[str, Participant], message: Message) -> bool:
    place = places.get(message.conversation_id)
    return place is not None and place.sees(message.seq)


def _files(rows: Sequence[Found]) -> dict[str, list[Json]]:
    """Return the attachments of those messages that have some, which their kind states."""
    ids = [each.message.id for each in rows if each.message.kind in FILES and not each.message.deleted_at]
    return attachments.of_messages(ids) if ids else {}


def _newest(place: Participant, before: int | None, limit: int, last: int) -> tuple[list[Found], bool, bool]:
    rows = history_queries.before(place, before, limit + 1)
    has_after = before is not None and before <= last
    return rows[-limit:], len(rows) > limit, has_after


def _marked(rows: list[Found], limit: int, *, has_before: bool) -> tuple[list[Found], bool, bool]:
    return rows[:limit], has_before, len(rows) > limit


def _around(place: Participant, seq: int, limit: int) -> tuple[list[Found], bool, bool]:
    """Return messages on both sides of `seq`, with it."""
    half = limit // 2
    older = history_queries.before(place, seq, half + 1)
    newer = history_queries.after(place, seq - 1, limit - half + 1)
    return (
        [*older[-half:], *newer[: limit - half]] if half else newer[:limit],
        len(older) > half,
        len(newer) > limit - half,
    )
