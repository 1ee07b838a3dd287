"""Engine.IO's client with cheaper sends and without a greenlet of its own (docs/realtime-transport.md)."""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
from engineio import packet as packets
from engineio.exceptions import UnknownPacketError

from metaia.realtime.transport import frames, handover, unauthenticated, websocket
from metaia.realtime.transport import packets as inbound_packets
from metaia.realtime.transport.engineio_output import OutgoingSocket, framed
from metaia.realtime.transport.pings import Pingable, Provable, clock_of
from metaia.realtime.transport.websocket import WebSocketConnection

PING_TIMEOUT = "ping timeout"


class FastSocket(OutgoingSocket):
    """One client. It may change from polling to a WebSocket once, and closes once."""

    refusals = 0

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.connected: bool = False
        self.websocket: WebSocketConnection | None = (
            None  # set before `buffer` while a polling client upgrades
        )
        self.due: set[Pingable] | None = None
        self.unanswered = False
        self.ping_at = 0.0
        self.progress: Provable | None = None  # of the Socket.IO client
        self.clock = clock_of(server)
        self.await_authentication()

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Handle the packets that a polling client has posted. Raises EngineIOError: then the connection ends."""
        inbound_packets.receive_post(environ, self.server.max_http_buffer_size, self.receive)

    def receive(self, pkt: Any) -> None:
        """Handle a packet of the client, unless a packet before it has ended the connection."""
        if self.closed:
            return
        if pkt.packet_type == packets.MESSAGE:
            inbound_packets.dispatch(self.server, self.sid, pkt.data)
        elif pkt.packet_type != packets.PONG:
            super().receive(pkt)
        elif self.unanswered:  # a pong without a ping must cost nothing
            self.schedule_ping()
            if self.progress is not None:
                self.progress.confirm()

    def close(self, wait: bool = False, abort: bool = False, reason: Any = None) -> None:
        """Close the connection, once. Packets that are buffered for a WebSocket are still sent."""
        if self.closed or self.closing:
            return
        del wait  # sending never blocks, so there is nothing to wait for
        self.closing = True
        self.clock.cancel(self)
        unauthenticated.remove(self.sid)
        reason = reason or self.server.reason.SERVER_DISCONNECT
        self.server._trigger_event("disconnect", self.sid, reason, run_async=False)
        if not abort:
            self.send(packets.Packet(packets.CLOSE))
        self.closed = True
        self.server.sockets.pop(self.sid, None)
        if self.queue is not None:
            self.queue.put(None)
        if self.websocket is not None:
            self.websocket.close()

    def schedule_ping(self) -> None:
        """Ping the client after the ping interval, from now on."""
        if not self.closing:
            self.clock.schedule(self)

    def await_authentication(self) -> None:
        """Limit the time that the client may take to authenticate: it has just connected or left its namespace."""
        if not self.closing:
            unauthenticated.add(self.sid, partial(gevent.spawn, self.close))

    def count_refusal(self) -> None:
        """Count a token that was refused; close the connection at the TRIES-th."""
        self.refusals += 1
        if self.refusals == unauthenticated.TRIES:
            self.record_end(unauthenticated.REFUSED)
            gevent.spawn(self.close)

    def ping(self) -> None:
        """Send a ping, and remember what was sent before it."""
        if self.progress is not None:
            self.progress.mark()
        super().ping()

    def expire(self) -> None:
        """Close the connection, because its client no longer answers pings."""
        self.record_end(PING_TIMEOUT)
        gevent.spawn(self.close, reason=self.server.reason.PING_TIMEOUT)

    def _websocket_handler(self, ws: Any) -> list[Any]:
        """Take over a WebSocket from the HTTP server; `ws` is engineio's wrapper of gevent-websocket's."""
        connection, early = handover.detach(ws._sock)
        handover.trim(ws.environ)
        new = WebSocketConnection(
            connection, self.server.max_http_buffer_size, self._on_text, self._on_websocket_closed
        )
        if self.websocket is not None or self.closing:
            new.on_message = new.on_close = websocket.ignore
            new.close(1008)
        elif self.connected:
            self.websocket, self.upgrading = new, True
            new.on_message = partial(self._on_probe, "2probe")
        else:
            self.websocket, self.connected = new, True
            self._switch()
        new.start(early)
        return []

    def _on_probe(self, expected: str, text: str) -> None:
        """Upgrade from polling: the client sends a probe ("2probe") over the WebSocket, then confirms it ("5")."""
        if self.websocket is None or self.queue is None:
            return
        if text != expected:
            self.websocket.close(1002, "not an upgrade")
        elif expected == "2probe":
            self.websocket.on_message = partial(self._on_probe, "5")
            self.websocket.buffer.write(frames.frame(b"3probe"))
            self.queue.put(packets.Packet(packets.NOOP))  # ends the poll that is waiting
        else:
            self.websocket.on_message = self._on_text
            self._switch()

    def _switch(self) -> None:
        """Send on the WebSocket from now on, the queued packets first."""
        if self.websocket is None or self.closing:
            return
        queue, self.queue, buffer = self.queue, None, self.websocket.buffer
        while not queue.empty():
            buffer.write(framed(queue.get_nowait()))
        queue.put(packets.Packet(packets.NOOP))  # for a poll that may still be waiting
        self.buffer, self.upgraded, self.upgrading = buffer, True, False

    def _on_text(self, text: str) -> None:
        try:
            self.receive(packets.Packet(encoded_packet=text))
        except UnknownPacketError:
            return
        except ValueError:
            self._refuse(1002, "not a packet")
        except inbound_packets.UnsupportedPacket as error:
            self._refuse(error.code, str(error))

    def _refuse(self, code: int, reason: str) -> None:
        if self.websocket is not None:
            self.websocket.refuse(code, reason)

    def _on_websocket_closed(self, reason: str) -> None:
        """Close the client, unless it was still polling and had only begun to upgrade."""
        self.websocket, self.upgrading = None, False
        if self.buffer is None:
            return
        if reason != websocket.CLOSED and not self.closing:
            self.record_end(reason)
        self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
