"""The application factory: configuration → extensions → edges → domains."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from config import load
from metaia import extensions
from metaia.core import ids, json, logs
from metaia.core.access import jwt as jwt_keys
from metaia.core.access import production_checks
from metaia.core.db import direct, driver, fast_pool, gevent_wait
from metaia.core.http import error_handlers, rate_counter, rate_limits, request_hooks
from metaia.core.http.application import Application
from metaia.core.http.content import compression
from metaia.core.http.edge import middleware
from metaia.core.http.request_hooks import NoSessions
from metaia.core.libraries import guards as library_guards
from metaia.core.observing import exceptions
from metaia.core.openapi import document as openapi
from metaia.realtime.clients.socketio_rooms import Manager

# Each of these packages has a `routes.register(app, api)`. A domain may import those that stand before it.
DOMAINS = [
    "realtime",
    "ledger",
    "users",
    "presence",
    "notifications",
    "media",
    "auth",
    "shops",
    "products",
    "chat",
    "payments",
    "finance",
    "offers",
    "couriers",
    "bookings",
    "orders",
    "deliveries",
    "shipments",
    "webhooks",
    "reviews",
    "deals",
    "webhook_endpoints",
    "analytics",
    "admin",
    "operations",
    "search",
    "console",
    "system",
]


def create_app(**overrides: Any) -> Flask:
    """Return a METAIA application; `overrides` take precedence over the environment. Raises ConfigurationError."""
    app = Application("metaia", root_path=str(Path(__file__).parent), static_folder=None)
    app.config.update(load(**overrides))
    _derive(app)
    logs.setup(as_json=app.config["LOG_JSON"], observe=exceptions.observe)
    for concern in production_checks.warnings(app.config):
        structlog.get_logger(__name__).warning("configuration", concern=concern)
    json.init_app(app)
    app.session_interface = NoSessions()
    app.url_map.converters["id"] = ids.IdConverter
    app.url_map.converters["word"] = ids.WordConverter
    app.url_map.merge_slashes = False  # one path per resource
    jwt_keys.init_app(app)
    compression.init_app(app)  # before other hooks, because it must run last
    request_hooks.init_app(app)  # before the extensions, because rate limits count by actor
    extensions.init_app(app)
    rate_limits.init()
    request_hooks.init_admission(app)
    middleware.init_app(app)
    direct.init_app(app)
    with app.app_context():
        gevent_wait.use_hub(extensions.db.engine)
        driver.configure(extensions.db.engine)
        fast_pool.init_app(app, extensions.db.engine)
    domains = [import_module(f"metaia.{name}.routes") for name in DOMAINS]
    library_guards.check()
    api = openapi.Api(app)  # after the imports, because it lists the error codes that they declare
    error_handlers.init_app(app)
    for domain in domains:
        domain.register(app, api)
    with app.app_context():
        api.register_collected()
    return app


def _derive(app: Flask) -> None:
    """Derive the configuration of the extensions from our settings."""
    config = app.config
    config["SQLALCHEMY_DATABASE_URI"] = config["DATABASE_URL"]
    config["AUTOCOMMIT_POOL_SIZE"] = max(1, config["DATABASE_POOL"] // 2)  # see core/db/fast_pool.py
    config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "isolation_level": "AUTOCOMMIT",  # core/db/transaction.py sends BEGIN
        "pool_size": max(1, config["DATABASE_POOL"] - config["AUTOCOMMIT_POOL_SIZE"]),
        "max_overflow": 0,
        "pool_timeout": 5,
        "pool_use_lifo": True,
        "pool_reset_on_return": None,  # core/db/driver.py rolls back
        "hide_parameters": True,  # in errors, and therefore in logs
        "json_serializer": json.dumps,
        "json_deserializer": json.loads,
    }
    config["MIGRATIONS"] = str(Path(__file__).parent.parent / "migrations")
    config["RATELIMIT_STORAGE_URI"] = config["REDIS_URL"]
    config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
    config["RATELIMIT_STRATEGY"] = rate_counter.STRATEGY
    config["SOCKET_JSON"] = json
    config["SOCKET_MANAGER"] = Manager(config["REDIS_URL"], channel="metaia-socketio")
