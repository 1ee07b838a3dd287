"""Flask extensions, not yet bound to an application. This module imports no other module of metaia."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Model(DeclarativeBase):
    """Base of all tables. Constraints get explicit names, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Model, disable_autonaming=True)
migrate = Migrate()
jwt = JWTManager()
limiter = Limiter(key_func=lambda: "")  # core/http/rate_limits.py sets the key of each limit
socketio: Any = SocketIO()  # its type stubs lack `server`


def init_app(app: Flask) -> None:
    """Bind all extensions to `app`; their settings are in `app.config`."""
    db.init_app(app)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS"], compare_type=True, render_as_batch=False)
    jwt.init_app(app)
    limiter.init_app(app)
    socketio.init_app(
        app,
        async_mode="gevent",
        client_manager=app.config["SOCKET_MANAGER"],
        cors_allowed_origins=[],  # core/http/edge/middleware.py checks origins for all paths
        async_handlers=False,  # events of one client stay in order
        manage_session=False,
        cookie=None,
        max_http_buffer_size=64 * 1024,
        ping_interval=25,
        ping_timeout=20,
        monitor_clients=False,  # realtime/transport/pings.py does it
        json=app.config["SOCKET_JSON"],
    )
