"""Beginning a conversation: the one that exists is returned, and two at once become one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from metaia.chat import contexts, policy, queries, refusals
from metaia.chat.contexts import Deal
from metaia.chat.conversations import policy as rules
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.messages import service as message_service
from metaia.chat.models import ConversationRow
from metaia.chat.participants import publish
from metaia.chat.participants import queries as participant_queries
from metaia.chat.participants import service as participant_service
from metaia.chat.participants.queries import Account
from metaia.chat.participants.state import CREATED
from metaia.chat.preferences import queries as preference_queries
from metaia.chat.queries import Conversation
from metaia.chat.restrictions import queries as restriction_queries
from metaia.chat.restrictions import service as restrictions
from metaia.chat.state import DEAL, DIRECT, GROUP, OPEN, SUPPORT
from metaia.core import db
from metaia.core.access.actor import STAFF, Actor
from metaia.core.access.permissions import CUSTOMER
from metaia.core.errors import Forbidden, Invalid, NotFound, Unavailable
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.users import queries as user_queries

Begun = tuple[str, bool]  # the id of a conversation, and whether it is new
COLUMNS = tuple(column.key for column in queries.CONVERSATION_COLUMNS)
THINGS = {"order_id": contexts.ORDER, "offer_id": contexts.OFFER, "booking_id": contexts.BOOKING}


def begin(actor: Actor, given: Json) -> Begun:
    """Begin a conversation, or find the one that exists; the first message, if any, is sent in the same transaction.

    Raises NotFound, Forbidden, Invalid, TooMany (`limit_reached`), and what sending a message raises.
    """
    with db.transaction():
        begun = _way(given)(actor, given)
        if given["message"] is not None:
            message_service.send(actor, begun[0], given["message"])
        return begun


def _way(given: Json) -> Callable[[Actor, Json], Begun]:
    if given["kind"] is not None:
        return _support if given["kind"] == SUPPORT else _group
    return _direct if "participant_id" in given else _deal


def _direct(actor: Actor, given: Json) -> Begun:
    other = participant_queries.accounts([given["participant_id"]]).get(given["participant_id"])
    if other is None:
        raise NotFound("There is no such user.")
    if other.id == actor.id:
        raise Invalid(details={"participantId": ["You cannot write to yourself."]})
    key = " ".join(sorted((actor.id, other.id)))
    existing = conversation_queries.direct(key)
    if existing is not None:
        return existing, False
    _require_direct(actor, other)
    user_queries.to_change(actor.id)  # so that two requests of one user count each other
    _require_few(actor)
    return _insert(
        [_own(actor), other],
        lambda: conversation_queries.direct(key),
        kind=DIRECT,
        direct_key=key,
        owner_id=actor.id,
    )


def _require_direct(actor: Actor, other: Account) -> None:
    """Raise the error of a direct conversation that must not begin."""
    known = bool(contexts.known(actor.id, [other.id], by_order=False))
    known = known or conversation_queries.has_message_of(other.id, actor.id)
    code = rules.refusal_to_begin(
        actor.role,
        other.role,
        known=known,
        has_order=bool(contexts.known(actor.id, [other.id], by_order=True)),
        who_may_write=preference_queries.settings(other.id).who_may_write,
        blocked=restriction_queries.blocked_between(actor.id, other.id),
        reachable=other.active,
    )
    if code is not None:
        raise refusals.problem(code)
    restrictions.require_none(actor)


def _require_few(actor: Actor) -> None:
    """Raise TooMany if a customer has begun as many conversations as one may."""
    if actor.role != CUSTOMER:
        return
    new, unanswered = conversation_queries.begun(actor.id)
    if new >= rules.MOST_NEW:
        raise refusals.limit_reached("You have begun many conversations today.", rules.MOST_NEW)
    if unanswered >= rules.MOST_UNANSWERED:
        raise refusals.limit_reached("Wait for an answer first.", rules.MOST_UNANSWERED)


def _deal(actor: Actor, given: Json) -> Begun:
    participant_queries.lock_deal(_named(actor, given).deal_id)
    deal = _named(actor, given)  # with the people of now: they do not change until this transaction ends
    existing = participant_queries.of_deal(deal.deal_id)
    place = queries.participant(existing, actor.id) if existing else None
    if place is None and actor.id not in deal.people:  # staff, which joins with a reason
        raise refusals.problem(policy.NOT_PARTICIPANT)
    if existing is not None:
        participant_service.follow(deal.deal_id, deal.people, deal.order_id)
        return existing, False
    _require_deal(actor, deal, {*deal.people} - {actor.id})
    return _insert(
        participant_queries.active(deal.people),
        lambda: participant_queries.of_deal(deal.deal_id),
        kind=DEAL,
        deal_id=deal.deal_id,
        order_id=deal.order_id,
    )


def _named(actor: Actor, given: Json) -> Deal:
    """Return the deal that a body names. Raises NotFound."""
    if "deal_id" in given:
        return contexts.find_deal(actor, given["deal_id"])
    [(name, kind)] = [(name, kind) for name, kind in THINGS.items() if name in given]
    return contexts.find(actor, kind, given[name])


def _require_deal(actor: Actor, deal: Deal, others: Collection[str]) -> None:
    """Raise the error of a deal that must not get a conversation. A block does not end an order that goes on."""
    restrictions.require_none(actor)
    blocked = any(restriction_queries.blocked_between(actor.id, each) for each in others)
    if blocked and not contexts.goes_on(actor, deal.deal_id):
        raise refusals.problem(policy.CANNOT)


def _support(actor: Actor, given: Json) -> Begun:
    if actor.role in STAFF:
        raise Forbidden("Staff writes to a user, and not to support.")
    order_id = given.get("order_id")
    deal = contexts.find(actor, contexts.ORDER, order_id) if order_id else None
    existing = conversation_queries.of_support(actor.id)
    if existing is not None:
        return existing, False
    return _insert(
        [_own(actor)],
        lambda: conversation_queries.of_support(actor.id),
        kind=SUPPORT,
        owner_id=actor.id,
        title=given.get("topic"),
        order_id=deal.order_id if deal else None,
    )


def _group(actor: Actor, given: Json) -> Begun:
    if not rules.may_create_group(actor.role):
        raise Forbidden("Only partners and staff create groups.")
    restrictions.require_none(actor)
    others = [each for each in dict.fromkeys(given["participant_ids"]) if each != actor.id]
    if participant_queries.groups([actor.id]).get(actor.id, 0) >= policy.MOST_GROUPS:
        raise refusals.limit_reached("You are in as many groups as one may be.", policy.MOST_GROUPS)
    accounts = [_own(actor), *participant_service.invited(actor, others, field="participantIds")]
    participant_service.require_room(GROUP, len(accounts))
    return _insert(accounts, lambda: None, kind=GROUP, owner_id=actor.id, title=given["title"])


def _own(actor: Actor) -> Account:
    return Account(actor.id, actor.role, "", active=True)


def _insert(accounts: Collection[Account], find: Callable[[], str | None], **values: Any) -> Begun:
    """Insert a conversation with its participants and its event, unless another transaction was faster.

    The unique keys decide: `find` returns the conversation of the other transaction, which has committed by then.
    """
    moment = now()
    begun = Conversation(
        id=new_id(), status=OPEN, last_seq=0, version=1, created_at=moment, updated_at=moment, **values
    )
    row = {name: getattr(begun, name) for name in COLUMNS}
    inserted = insert(ConversationRow).values(**row).on_conflict_do_nothing().returning(ConversationRow.id)
    if db.execute(inserted).first() is None:
        existing = find()
        if existing is None:  # it was closed in the same moment
            raise Unavailable
        return existing, False
    participant_service.insert_rows(begun, accounts)
    publish.record(begun, CREATED)
    return begun.id, True
