"""Flask-SocketIO as documented: gevent, gevent-websocket, one process."""

from __future__ import annotations

import os
import sys
from typing import Any

import jwt
from flask import Flask, request
from flask_socketio import SocketIO, join_room
from socketio.exceptions import ConnectionRefusedError as Refused

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent")
SECRET = os.environ["JWT_SECRET_KEY"]


@socketio.on("connect")
def connect(auth: Any = None) -> None:
    try:
        claims = jwt.decode(auth["token"], SECRET, algorithms=["HS256"], audience="metaia")
    except jwt.PyJWTError:
        raise Refused("token_invalid") from None
    join_room(f"user-{claims['sub']}")
    join_room(f"{claims['role']}-room")


@app.get("/health")
def health() -> dict[str, str]:
    assert "metaia" not in sys.modules, "METAIA would make engineio faster than it is"
    return {"status": "success"}


@app.post("/bench/emit")
def emit() -> dict[str, str]:
    given = request.get_json()
    for _ in range(given["count"]):
        socketio.emit("new_notification", given["payload"], to=given["room"])
    return {"status": "success"}
