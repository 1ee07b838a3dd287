"""Changes of the people of a conversation. Each is a system message and an event, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import update

from metaia.chat import contexts, policy, queries, recipients, refusals
from metaia.chat.messages import system
from metaia.chat.models import ParticipantRow
from metaia.chat.participants import publish
from metaia.chat.participants import queries as participant_queries
from metaia.chat.participants.presenters import Seen
from metaia.chat.participants.queries import Account, Named
from metaia.chat.participants.state import JOINED, LEFT, PEOPLE
from metaia.chat.preferences import queries as preference_queries
from metaia.chat.queries import Conversation, Participant
from metaia.chat.restrictions import queries as restriction_queries
from metaia.chat.restrictions import service as restrictions
from metaia.chat.state import GROUP, SUPPORT
from metaia.core import db
from metaia.core.access.actor import PARTNERS, STAFF, Actor
from metaia.core.errors import Invalid, NotFound, declare
from metaia.core.times import now
from metaia.realtime import memberships

declare({"too_many_participants": "A conversation of this kind has no place for so many people."})


def read(actor: Actor, conversation_id: str) -> Conversation:
    """Return a conversation that the actor may see. Raises NotFound and Forbidden (`not_participant`)."""
    conversation = queries.conversation(conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    if not policy.may_see(conversation, queries.participant(conversation_id, actor.id), actor):
        raise refusals.problem(policy.NOT_PARTICIPANT)
    return conversation


def read_present(actor: Actor, conversation_id: str) -> Conversation:
    """Return a conversation of which the actor may see the present participants. Raises NotFound and Forbidden."""
    conversation = read(actor, conversation_id)
    if not policy.sees_present(conversation, queries.participant(conversation_id, actor.id), actor):
        raise refusals.problem(policy.NOT_PARTICIPANT)
    return conversation


def seen_by(actor: Actor, people: Sequence[Named]) -> Seen:
    """Return what the actor sees of participants.

    Staff sees all names. Marks of users that hide theirs are hidden, and all marks if the actor hides its own.
    """
    roles = {each.participant.user_id: each.participant.role for each in people}
    others = roles.keys() - {actor.id}
    shortened = {each for each in others if roles[each] not in PARTNERS}
    known = shortened if actor.role in STAFF else contexts.known(actor.id, shortened, by_order=True)
    settings = preference_queries.of_users([*others, actor.id])
    own = settings.pop(actor.id, preference_queries.DEFAULTS)
    if not own.read_receipts:
        return Seen(known | {actor.id}, others)
    hidden = {each for each, theirs in settings.items() if not theirs.read_receipts}
    return Seen(known | {actor.id}, hidden | restriction_queries.blockers_of(actor.id, others))


def add(actor: Actor, conversation_id: str, user_ids: Collection[str]) -> None:
    """Add users to a group; those that are in it stay. Raises NotFound, Forbidden, Conflict, Invalid and TooMany."""
    with db.transaction():
        conversation = to_change(conversation_id)
        mine = queries.participant(conversation_id, actor.id)
        refusals.require("add", conversation, mine, actor)
        restrictions.require_none(actor)
        present = {each.user_id for each in queries.participants(conversation_id)}
        accounts = invited(actor, [each for each in user_ids if each not in present])
        require_room(conversation.kind, len(present) + len(accounts))
        enter(conversation, accounts, PEOPLE)


def remove(actor: Actor, conversation_id: str, user_id: str) -> None:
    """Remove a user from a group, or leave a conversation oneself. Raises NotFound, Forbidden and Conflict."""
    with db.transaction():
        conversation = to_change(conversation_id)
        mine = queries.participant(conversation_id, actor.id)
        oneself = user_id == actor.id
        refusals.require("leave" if oneself else "remove", conversation, mine, actor)
        theirs = mine if oneself else queries.participant(conversation_id, user_id)
        if theirs is None or not theirs.active:
            raise NotFound("This user is not in the conversation.")
        depart(conversation, theirs, LEFT if oneself else PEOPLE)


def follow(deal_id: str, people: Iterable[str], order_id: str | None = None) -> None:
    """Make the people of a deal's conversation equal to `people`, in the caller's transaction; staff stays.

    `people` are the ids of users. `order_id` is the order of the deal, if it has one now. Without a conversation
    nothing happens.
    """
    participant_queries.lock_deal(deal_id)
    conversation_id = participant_queries.of_deal(deal_id)
    conversation = queries.row_locked(conversation_id) if conversation_id else None
    if conversation is None:
        return
    if order_id not in {None, conversation.order_id}:
        conversation = publish.changed(conversation, PEOPLE, order_id=order_id)
    wanted = set(people)
    present = queries.participants(conversation.id)
    for each in present:
        if each.role not in STAFF and each.user_id not in wanted:
            conversation = depart(conversation, each, PEOPLE)
    missing = wanted - {each.user_id for each in present}
    enter(conversation, participant_queries.active(missing), PEOPLE)


def invited(actor: Actor, user_ids: Collection[str], field: str = "userIds") -> list[Account]:
    """Return the accounts that `actor` adds to a group, in the given order; `field` names them in the body.

    Raises Invalid for users that are not active, Forbidden for roles that the actor may not add and for users that
    have blocked the actor, and TooMany for users with as many groups as there may be.
    """
    found = participant_queries.accounts(user_ids)
    if unknown := [each for each in user_ids if each not in found or not found[each].active]:
        raise Invalid(details={field: [f"Not an active user: {each}." for each in unknown]})
    if not all(policy.may_add(actor.role, account.role) for account in found.values()):
        raise refusals.problem(policy.NOT_ALLOWED)
    if actor.role not in STAFF and restriction_queries.blockers_of(actor.id, user_ids):
        raise refusals.problem(policy.CANNOT)
    if any(groups >= policy.MOST_GROUPS for groups in participant_queries.groups(user_ids).values()):
        raise refusals.limit_reached("A user is in as many groups as one may be.", policy.MOST_GROUPS)
    return [found[each] for each in dict.fromkeys(user_ids)]


def require_room(kind: str, count: int) -> None:
    """Raise Invalid (`too_many_participants`) if a conversation of this kind must not have so many participants."""
    if count > (most := policy.MOST_PARTICIPANTS[kind]):
        details = {"most": [str(most)]}
        raise Invalid(f"At most {most} people take part.", code="too_many_participants", details=details)


def insert_rows(conversation: Conversation, accounts: Collection[Account]) -> None:
    """Insert participants of a row-locked conversation, without the events that clients see.

    Former ones come back: what was sent before that is hidden from couriers, and from members of groups.
    """
    kind, last = conversation.kind, conversation.last_seq
    moment = now()
    participant_queries.insert_active(
        {
            "conversation_id": conversation.id,
            "user_id": account.id,
            "role": account.role,
            "joined_at": moment,
            "joined_seq": policy.sees_from(kind, account.role, last),
        }
        for account in accounts
    )
    if conversation.kind == GROUP:
        memberships.changed(recipients.room(conversation.id), joined=[each.id for each in accounts])


def enter(conversation: Conversation, accounts: Collection[Account], change: str) -> Conversation:
    """Add users to a row-locked conversation, also those that have left it; return the conversation after it."""
    if not accounts:
        return conversation
    insert_rows(conversation, accounts)
    user_ids = [account.id for account in accounts]
    conversation = system.add(conversation, JOINED, {"userIds": user_ids})
    return publish.changed(conversation, change, user_id=user_ids[0] if len(user_ids) == 1 else None)


def depart(conversation: Conversation, participant: Participant, change: str) -> Conversation:
    """Take a participant off a row-locked conversation, and return that; messages so far can still be read.

    The longest-standing partner or staff member inherits a group of its owner.
    """
    gone = {"left_seq": conversation.last_seq, "left_at": now(), "version": ParticipantRow.version + 1}
    db.execute(update(ParticipantRow).where(ParticipantRow.id == participant.id).values(**gone))
    ended = "left" if conversation.kind == GROUP else "expelled"
    memberships.changed(recipients.room(conversation.id), **{ended: [participant.user_id]})
    changes: dict[str, str | None] = {}
    if conversation.kind == GROUP and conversation.owner_id == participant.user_id:
        changes["owner_id"] = _heir(queries.participants(conversation.id))
    if conversation.assignee_id == participant.user_id:
        changes["assignee_id"] = None
        if conversation.kind == SUPPORT and conversation.waiting_for == participant.user_id:
            changes["waiting_for"] = None
    conversation = system.add(conversation, LEFT, {"userIds": [participant.user_id]})
    return publish.changed(conversation, change, user_id=participant.user_id, **changes)


def to_change(conversation_id: str) -> Conversation:
    """Return a conversation, row-locked in the running transaction. Raises NotFound."""
    conversation = queries.row_locked(conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


def _heir(people: list[Participant]) -> str | None:
    return next((each.user_id for each in people if each.role in PARTNERS | STAFF), None)
