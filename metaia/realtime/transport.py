"""Engine.IO's WebSocket transport, with sends that cost a tenth (docs/realtime-transport.md).

A packet is framed once, however many clients get it; each client's frames of one turn of the loop leave in one `send`.
No greenlet per connection but its reader. Polling clients keep the stock path.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import engineio
import gevent
import structlog
from engineio import packet as packets
from engineio import socket as stock
from engineio.exceptions import SocketIsClosedError, UnknownPacketError

from metaia.realtime import frames
from metaia.realtime.frames import Reader, Violation
from metaia.realtime.pings import Clock
from metaia.realtime.sink import Sink

TESTED = {"python-engineio": "4.15", "python-socketio": "5.18", "gevent-websocket": "0.10"}
logger = structlog.get_logger(__name__)
lost: dict[str, int] = {}  # reason → clients that were let go, for statistics


class FastSocket(stock.Socket):  # type: ignore[misc]
    """One client. `sink` is set while it is on a WebSocket."""

    clock = Clock(25, 20)

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.sink: Sink | None = None
        self.last_ping = None
        self._answered = True

    def send(self, pkt: Any) -> None:
        """Send a packet; returns at once."""
        if self.sink is None:
            super().send(pkt)
        elif self.closed:
            raise SocketIsClosedError
        else:
            self.sink.write(_framed(pkt))

    def receive(self, pkt: Any) -> None:
        """Take a packet of the client's."""
        if pkt.packet_type == packets.PONG:
            self._answered = True
            self.clock.schedule(self)
        else:
            super().receive(pkt)

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:
        """Close the connection; on a WebSocket nothing has to be waited for."""
        super().close(wait=wait and self.sink is None, abort=abort, reason=reason)
        if self.sink is not None:
            self.sink.close()

    def schedule_ping(self) -> None:
        """Begin to look after the connection."""
        self.clock.schedule(self)

    def ping(self) -> bool:
        """Send a ping, if the connection is open."""
        if self.closed or self.closing:
            return False
        self._answered = False
        self.send(packets.Packet(packets.PING))
        return True

    def unanswered(self) -> bool:
        """Return whether the last ping still has no answer."""
        return not self._answered and not self.closed

    def expire(self) -> None:
        """Close the connection: its client has gone."""
        gevent.spawn(self.close, wait=False, reason=self.server.reason.PING_TIMEOUT)

    def _websocket_handler(self, ws: Any) -> list[Any]:
        """Serve a WebSocket from its handshake to its end; `ws` is engineio's wrapper of gevent-websocket's."""
        handler = ws._sock.handler
        sink = Sink(handler.socket._sock, self._let_go)
        reader = Reader(_receiver(handler, ws._sock), self.server.max_http_buffer_size, _ponger(sink))
        reason = self.server.reason.TRANSPORT_CLOSE
        try:
            if self._begin(reader, sink):
                self._serve(reader)
        except Violation as violation:
            logger.info("websocket refused", reason=violation.reason, code=violation.code)
            sink.write(frames.close_frame(violation.code, violation.reason))
            sink.flush()
        except OSError:
            reason = self.server.reason.TRANSPORT_ERROR
        finally:
            ws._sock.closed = True  # gevent-websocket would write a close frame, and wait
            self.close(wait=False, abort=True, reason=reason)
            sink.abandon()
        return []

    def _begin(self, reader: Reader, sink: Sink) -> bool:
        """Take over from polling, if that came first; what was queued meanwhile goes first."""
        if self._is_polling():
            self.upgrading = True
            if reader.message() != "2probe":
                self.upgrading = False
                return False
            sink.write(frames.frame(b"3probe"))
            self.queue.put(packets.Packet(packets.NOOP))  # ends the poll that is waiting
            if reader.message() != "5":
                self.upgrading = False
                return False
            self.upgrading = False
        self.connected = self.upgraded = True
        while not self.queue.empty():
            pkt = self.queue.get_nowait()
            self.queue.task_done()
            if pkt is not None:
                sink.write(_framed(pkt))
        self.sink = sink
        return not self.closed

    def _is_polling(self) -> bool:
        return bool(self.connected)

    def _serve(self, reader: Reader) -> None:
        while (text := reader.message()) is not None:
            try:
                self.receive(packets.Packet(encoded_packet=text))
            except UnknownPacketError:
                continue
            except (SocketIsClosedError, ValueError):
                return

    def _let_go(self, reason: str) -> None:
        lost[reason] = lost.get(reason, 0) + 1
        logger.info("client let go", reason=reason, sid=self.sid)


def install() -> None:
    """Make engineio use FastSocket. Raises RuntimeError when its internals are not those this was tested with."""
    for name, tested in TESTED.items():
        if not version(name).startswith(f"{tested}."):
            raise RuntimeError(
                f"{name} {version(name)} is not the tested {tested}: see docs/realtime-transport.md"
            )
    if not hasattr(engineio.server.socket, "Socket") or not hasattr(stock.Socket, "_websocket_handler"):
        raise RuntimeError("engineio's internals have changed: see docs/realtime-transport.md")
    engineio.server.socket.Socket = FastSocket


def _framed(pkt: Any) -> bytes:
    """Return the packet's frame; it is kept on the packet, which all receivers share."""
    frame: bytes | None = pkt.__dict__.get("frame")
    if frame is None:
        encoded = pkt.encode()
        frame = (
            frames.frame(encoded.encode())
            if isinstance(encoded, str)
            else frames.frame(encoded, frames.BINARY)
        )
        pkt.frame = frame
    return frame


def _receiver(handler: Any, websocket: Any) -> Callable[[int], bytes]:
    """Return what reads from the client: first what the HTTP parser has buffered, then the socket itself."""
    buffered, socket = handler.rfile, handler.socket
    websocket.stream = websocket.raw_read = None

    def receive(most: int) -> bytes:
        nonlocal buffered
        if buffered is not None:
            data: bytes = buffered.read(len(buffered.peek()))
            buffered = None
            return data
        received: bytes = socket.recv(most)
        return received

    return receive


def _ponger(sink: Sink) -> Callable[[int, bytes], None]:
    def control(opcode: int, payload: bytes) -> None:
        if opcode == frames.PING:
            sink.write(frames.frame(payload, frames.PONG))

    return control
