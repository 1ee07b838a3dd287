"""Registration of what chat asks about offers: the deal of an offer, and which users have negotiated."""

from __future__ import annotations

from flask import Flask

from metaia.chat.contexts import CONTEXTS, RELATIONS, Context, Relation
from metaia.core.openapi.document import Api
from metaia.offers.counterparties import queries, service


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register these hooks with the application."""
    CONTEXTS.register(app, "offer", Context(service.deal))
    RELATIONS.register(app, "offers", Relation(queries.in_negotiation, is_order=False))
