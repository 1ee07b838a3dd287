"""python-socketio on uvicorn, with uvloop, httptools and websockets."""

from __future__ import annotations

import json
import os
from typing import Any

import jwt
import socketio

SECRET = os.environ["JWT_SECRET_KEY"]
server: Any = socketio.AsyncServer(async_mode="asgi")


async def connect(sid: str, _: Any, auth: Any = None) -> None:
    try:
        claims = jwt.decode(auth["token"], SECRET, algorithms=["HS256"], audience="metaia")
    except jwt.PyJWTError:
        raise socketio.exceptions.ConnectionRefusedError("token_invalid") from None
    await server.enter_room(sid, f"user-{claims['sub']}")
    await server.enter_room(sid, f"{claims['role']}-room")


server.on("connect", connect)


async def http(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    if scope["path"] == "/bench/emit":
        await _emit(json.loads(await _body(receive)))
    content = b'{"status":"success"}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _emit(given: dict[str, Any]) -> None:
    for _ in range(given["count"]):
        await server.emit("new_notification", given["payload"], to=given["room"])


async def _body(receive: Any) -> bytes:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    return content


app = socketio.ASGIApp(server, http)
