"""Registration of the shops domain; the routes are in its features."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.realtime import catalogue, runtime
from metaia.realtime.clients.spacing import Spaced
from metaia.shops import events, jobs, publish
from metaia.shops.addresses import routes as address_routes
from metaia.shops.approvals import routes as approval_routes
from metaia.shops.categories import routes as category_routes
from metaia.shops.counters import routes as counter_routes
from metaia.shops.delivery_areas import routes as delivery_routes
from metaia.shops.directory import routes as directory_routes
from metaia.shops.follows import routes as follow_routes
from metaia.shops.measurements import routes as measurement_routes
from metaia.shops.profiles import routes as profile_routes


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    live = Spaced(app, "partnerId", publish.to_clients)
    runtime.of(app).feed.subscribe("partner.changed", live.changed)
    profile_routes.register(app, api)
    for routes in (category_routes, delivery_routes, directory_routes):
        routes.register(api)
    for feature in (approval_routes, counter_routes, follow_routes, address_routes, measurement_routes):
        feature.register(app, api)
