"""Routes of staff: profiles in any state, and what admins decide about them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.shops import service as shop_service
from metaia.shops.approvals import queries, schemas, service
from metaia.shops.approvals.notifications import NOTIFICATION_TYPES
from metaia.shops.policy import PARTNERS_MANAGE, PARTNERS_READ

blp = Blueprint(
    "admin_partners",
    __name__,
    url_prefix="/api/admin/partners",
    description="Profiles of partners, for staff",
)
ACTIONS = {
    "approve": (schemas.Decision, "Publish a profile that waits for its review."),
    "return": (schemas.Reasoned, "Send a profile back to its partner, with the reason."),
    "hide": (schemas.Reasoned, "Take a profile from the directory; its partner cannot show it again."),
    "show": (schemas.Decision, "Show a hidden profile again."),
}


@blp.endpoint(
    "GET",
    "",
    query=schemas.ProfilesQuery,
    returns=schemas.ManyProfiles,
    limit=READ,
    access=PARTNERS_READ,
)
def get_many(query: Json) -> Response:
    """Profiles in any state; by default those that changed longest ago first."""
    actor = current()
    return listing("partners", query, queries.page, lambda shop: shop_service.own_view(actor, shop))


def _act(partner_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    actor = current()
    shop = service.act(actor, partner_id, action, version, body["reason"])
    return answer_versioned(shop.version, partner=shop_service.own_view(actor, shop))


register_actions(
    blp,
    "PATCH",
    "/<id:partner_id>",
    ACTIONS,
    _act,
    returns=schemas.OneOwnPartner,
    access=PARTNERS_MANAGE,
    conflict=schemas.Conflict,
    fails=(NotFound, Conflict),
)


def register(app: Flask, api: Api) -> None:
    """Register the routes of staff, and the notifications of their decisions, with the application."""
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    api.register_blueprint(blp)
