"""The kinds of entries: each fetches what all its entries show at once, under the policy of its domain.

A domain registers the kind of its entries: `KINDS.register(app, name, fetch)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from metaia.bookings import policy as booking_policy
from metaia.bookings.timeline import queries as booking_steps
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.conversations.queries import Listed
from metaia.chat.history import queries as history_queries
from metaia.chat.history import service as history
from metaia.chat.moderation import history as moderation
from metaia.chat.policy import CHAT_READ, is_active
from metaia.chat.queries import Message, Participant
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.registry import Registry
from metaia.core.times import now
from metaia.deals.queries import Deal
from metaia.deals.timeline import presenters
from metaia.offers import policy as offer_policy
from metaia.offers import queries as offer_queries
from metaia.offers.timeline import queries as offer_steps
from metaia.orders import policy as order_policy
from metaia.orders.timeline import queries as order_steps
from metaia.payments import policy as payment_policy
from metaia.payments import presenters as payment_presenters
from metaia.payments import queries as payment_queries
from metaia.payments.disputes import policy as dispute_policy
from metaia.payments.disputes import presenters as dispute_presenters
from metaia.payments.disputes import queries as dispute_queries
from metaia.payments.refunds import policy as refund_policy
from metaia.payments.refunds import presenters as refund_presenters
from metaia.payments.refunds import queries as refund_queries

T = TypeVar("T")
SENT = "sent"  # the action of a message


@dataclass(frozen=True, slots=True)
class View:
    """The viewer of a timeline."""

    actor: Actor
    deal: Deal
    reason: str | None = None  # for which staff reads the messages of others


@dataclass(frozen=True, slots=True)
class Ref:
    """What an entry shows: `text` is `kind:id`, and for many kinds `:version` or more."""

    text: str
    id: str
    rest: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        """Return the version of the thing that the entry shows."""
        return int(self.rest[0])


@dataclass(frozen=True, slots=True)
class Shown:
    """What an entry shows. `parts` has one field, named by the kind, and `occurredAt` if that differs.

    `role` is the actor's, if the thing has kept it.
    """

    action: str
    parts: Json = field(default_factory=dict)
    role: str | None = None


# Returns what entries show by the text of their refs, without those that the viewer may not see.
Fetch = Callable[[View, Sequence[Ref]], dict[str, Shown]]
KINDS: Registry[str, Fetch] = Registry("deal_kinds")


def parse(text: str) -> Ref:
    """Return a ref from its text."""
    _, found, *rest = text.split(":")
    return Ref(text, found, tuple(rest))


def orders(view: View, refs: Sequence[Ref]) -> dict[str, Shown]:
    """Return steps of the deal's order; without notes if a courier does not see the customer's data any more."""
    order = view.deal.order
    if order is None or not order_policy.may_see(view.actor, order):
        return {}
    sees_notes = order_policy.sees_contact(view.actor, order, order.contact_until, now())
    steps = order_steps.of_versions(order.id, [ref.version for ref in refs])
    known = ((ref.text, steps[ref.version]) for ref in refs if ref.id == order.id and ref.version in steps)
    return {
        text: Shown(step.action, presenters.order_parts(order, step, note=sees_notes), step.actor_role)
        for text, step in known
    }


def bookings(view: View, refs: Sequence[Ref]) -> dict[str, Shown]:
    """Return steps of the deal's booking."""
    booking = view.deal.booking
    if booking is None or not booking_policy.may_see(view.actor, booking):
        return {}
    steps = booking_steps.of_versions(booking.id, [ref.version for ref in refs])
    known = ((ref.text, steps[ref.version]) for ref in refs if ref.id == booking.id and ref.version in steps)
    return {
        text: Shown(step.action, {"booking": presenters.booking(booking, step)}, step.actor_role)
        for text, step in known
    }


def offers(view: View, refs: Sequence[Ref]) -> dict[str, Shown]:
    """Return steps of the deal's offers, each with the round as it then was."""
    found = offer_queries.by_ids({ref.id for ref in refs})
    steps = offer_steps.of_versions({(ref.id, ref.version) for ref in refs})
    shown = {}
    for ref in refs:
        offer, step = found.get(ref.id), steps.get((ref.id, ref.version))
        if offer is not None and step is not None and offer_policy.may_see(view.actor, offer):
            shown[ref.text] = Shown(step.action, {"offer": presenters.offer(offer, step)}, step.actor_role)
    return shown


def _as_now(
    name: str,
    by_ids: Callable[[Iterable[str]], Mapping[str, T]],
    sees: Callable[[Actor, T], object],
    present: Callable[[T, Actor], Json],
) -> Fetch:
    """Return the fetch of things that are shown as they are now. The action is their status after the event."""

    def fetch(view: View, refs: Sequence[Ref]) -> dict[str, Shown]:
        found = by_ids({ref.id for ref in refs})
        parts = {
            key: {name: present(this, view.actor)} for key, this in found.items() if sees(view.actor, this)
        }
        return {ref.text: Shown(ref.rest[1], parts[ref.id]) for ref in refs if ref.id in parts}

    return fetch


payments = _as_now("payment", payment_queries.by_ids, payment_policy.parties, payment_presenters.payment)
refunds = _as_now("refund", refund_queries.shown_by_ids, refund_policy.may_see, refund_presenters.refund)
disputes = _as_now(
    "dispute",
    dispute_queries.shown_by_ids,
    lambda actor, this: dispute_policy.may_see(actor, this.partner_id),
    dispute_presenters.dispute,
)


def messages(view: View, refs: Sequence[Ref]) -> dict[str, Shown]:
    """Return messages as they are now, as far as the viewer sees them in the conversation.

    Staff outside of the conversation sees them with a reason, which is recorded in the audit log.
    """
    listed = conversation_queries.of_deals(view.actor.id, [view.deal.id]).get(view.deal.id)
    place = _place(view, listed) if listed else None
    if listed is None or place is None:
        return {}
    found = history_queries.by_ids([ref.id for ref in refs])
    rows = [each for each in found if _sees(place, each.message)]
    visible = history.shown(listed.conversation, view.actor.id, rows, since=place.hidden_seq)
    shown = {each["id"]: each for each in visible}
    return {
        ref.text: Shown(_action(shown[ref.id]), {"message": shown[ref.id]}) for ref in refs if ref.id in shown
    }


def _place(view: View, listed: Listed) -> Participant | None:
    if is_active(listed.mine) or view.reason is None or not view.actor.may(CHAT_READ):
        return listed.mine
    return moderation.audited(view.actor, listed.conversation, {"reason": view.reason})


def _sees(place: Participant, message: Message) -> bool:
    return message.conversation_id == place.conversation_id and place.sees(message.seq)


def _action(message: Json) -> str:
    return str(message["system"]["event"]) if message["system"] else SENT


FETCHES: Mapping[str, Fetch] = {
    "message": messages,
    "people": messages,
    "offer": offers,
    "order": orders,
    "booking": bookings,
    "payment": payments,
    "refund": refunds,
    "dispute": disputes,
}
