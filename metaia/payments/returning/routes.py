"""The address to which PayU's page posts a form with the customer's browser: from another site, without a token."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, current_app
from marshmallow import INCLUDE, Schema

from metaia.core.errors import NotFound, Unauthenticated
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, WRITE
from metaia.payments.managing import service

blp = Blueprint("payment_returns", __name__, url_prefix="/api/payments/return", description="For browsers")


class PayuForm(Schema):
    """The fields that PayU signs, as it writes them, and others."""

    class Meta:
        unknown = INCLUDE


@blp.endpoint(
    "POST",
    "/payu",
    status=303,
    form=PayuForm,
    limit=WRITE,
    access=PUBLIC,
    fails=(Unauthenticated, NotFound),
)
def payu(form: dict[str, str]) -> Response:
    """Take the form of PayU's page, and send the browser on to our page."""
    payment = service.returned(form)
    page = urlsplit(current_app.config["PAYMENT_PAGE_URL"] or current_app.config["PUBLIC_BASE_URL"])
    query = urlencode([*parse_qsl(page.query), ("payment", payment.id), ("status", payment.status)])
    return Response(status=303, headers={"Location": urlunsplit(page._replace(query=query))})
