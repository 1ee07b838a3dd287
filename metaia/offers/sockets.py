"""Socket messages about offers: making one, and answering it."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.access.actor import Actor
from metaia.core.http.fields import Id, Schema, Text, camel
from metaia.core.json import Json
from metaia.offers import presenters, service
from metaia.offers.create import create as create_offer
from metaia.offers.schemas import AcceptOffer, ChangeOffer, ChangeRound, CreateOffer, OfferOut, RejectOffer
from metaia.offers.state import REJECT_REASONS
from metaia.realtime import commands, inbound

BODIES: dict[str, type[Schema]] = {
    "accept": AcceptOffer,
    "counter": ChangeRound,
    "revise": ChangeRound,
    "reject": RejectOffer,
    "withdraw": ChangeOffer,
}
_KEY = {"description": "as the header Idempotency-Key"}


class MakeOffer(CreateOffer):
    """The body of `POST /api/offers`."""

    command_id = Text(200, load_default=None, metadata=_KEY)


class RespondToOffer(ChangeRound, AcceptOffer, RejectOffer):
    """An action on an offer, with the fields that its body has in `PATCH /api/offers/{id}/{action}`."""

    offer_id = Id(required=True)
    action = fields.String(required=True, validate=validate.OneOf(tuple(BODIES)))
    command_id = Text(200, load_default=None, metadata=_KEY)
    reason = fields.String(validate=validate.OneOf(REJECT_REASONS))

    @validates_schema(pass_original=True)
    def of_action(self, data: dict[str, Any], original: dict[str, Any], **_: Any) -> None:
        """The fields are those of the action."""
        known = BODIES[data["action"]]().fields
        wanted = {field.data_key for field in known.values()} | {"offerId", "action", "commandId"}
        wrong = {camel(name) for name in original} - wanted
        if wrong:
            raise ValidationError({name: [f"Not for {data['action']}."] for name in wrong})
        if data["action"] == "reject" and "reason" not in data:
            raise ValidationError("Missing data for required field.", "reason")


class MadeOffer(Schema):
    offer = fields.Nested(OfferOut, required=True)


class AnsweredOffer(MadeOffer):
    """The offer, and after an acceptance its order."""

    order = fields.Nested("OrderOut")


@inbound.on("offer:create", MakeOffer, "Make an offer: customers and partners.", returns=MadeOffer)
def make(actor: Actor, data: dict[str, Any]) -> Json:
    """Make an offer to a user."""

    def once() -> Json:
        return {"offer": presenters.offer(create_offer(actor, data), actor)}

    return commands.run_once(data.pop("command_id"), "offer:create", data, once)


@inbound.on(
    "offer:respond", RespondToOffer, "Answer an offer, or change or withdraw it.", returns=AnsweredOffer
)
def respond(actor: Actor, data: dict[str, Any]) -> Json:
    """Do an action to an offer."""
    return commands.run_once(
        data.pop("command_id"), "offer:respond", data, lambda: _respond(actor, dict(data))
    )


def _respond(actor: Actor, given: Json) -> Json:
    offer_id, action, expected = (given.pop(name) for name in ("offer_id", "action", "expected_version"))
    version = None if expected is None else frozenset({expected})
    if action == "accept":
        offer, order = service.accept(actor, offer_id, given, version=version)
        return {"offer": presenters.offer(offer, actor), "order": order}
    return {"offer": presenters.offer(service.act(actor, offer_id, action, given, version=version), actor)}
