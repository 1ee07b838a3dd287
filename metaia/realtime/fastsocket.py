"""Engine.IO's client, with sends that cost a tenth and no greenlet of its own (docs/realtime-transport.md).

A packet is framed once, however many clients get it. Polling clients keep the stock path, but never more waiting for
them than a WebSocket may have.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
import structlog
from engineio import packet as packets
from engineio import socket as stock
from engineio.exceptions import QueueEmpty, UnknownPacketError
from gevent.queue import Empty

from metaia.realtime import counters, frames, handover, link, spoken, strangers
from metaia.realtime.link import Link
from metaia.realtime.pings import Pinged, clock_of
from metaia.realtime.sink import MOST_BYTES, SLOW, Sink

PING_TIMEOUT = "ping timeout"
logger = structlog.get_logger(__name__)


class FastSocket(stock.Socket):  # type: ignore[misc]
    """One client. `sink` is set while it is on a WebSocket, `queue` until then."""

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.closed: bool = False
        self.closing: bool = False
        self.connected: bool = False
        self.queue: Any = server.create_queue()
        self.link: Link | None = None  # set before `sink` while a polling client tries a WebSocket
        self.sink: Sink | None = None
        self.queued = 0  # bytes
        self.due: set[Pinged] | None = None
        self.unanswered = False
        self.clock = clock_of(server)
        self.wait_for_name()

    def send(self, pkt: Any) -> None:
        """Send a packet; returns at once."""
        if self.sink is not None:
            self.sink.write(framed(pkt))
        elif (
            not self.closed and self.queued <= MOST_BYTES
        ):  # above it nothing goes any more: it would leave a gap
            self.queue.put(pkt)
            self.queued += len(pkt.encode())
            if self.queued > MOST_BYTES:
                self._let_go(SLOW)
                gevent.spawn(self.close, abort=True, reason=self.server.reason.TRANSPORT_ERROR)

    def poll(self) -> list[Any]:
        """Wait for packets of a polling client."""
        queue = self.queue
        if queue is None:
            return [packets.Packet(packets.NOOP)]
        try:
            found = [queue.get(timeout=self.server.ping_interval + self.server.ping_timeout)]
        except Empty:
            raise QueueEmpty from None
        while not queue.empty():
            found.append(queue.get_nowait())
        if self.queued <= MOST_BYTES:
            self.queued = 0
        return [pkt for pkt in found if pkt is not None]

    def receive(self, pkt: Any) -> None:
        """Take a packet of the client's."""
        if pkt.packet_type == packets.MESSAGE:
            spoken.hand_over(self.server, self.sid, pkt.data)
        elif pkt.packet_type != packets.PONG:
            super().receive(pkt)
        elif self.unanswered:  # what nobody asked for must not cost anything
            self.schedule_ping()

    def close(self, wait: bool = False, abort: bool = False, reason: Any = None) -> None:
        """Close the connection, once. What is waiting for a WebSocket is still sent."""
        if self.closed or self.closing:
            return
        del wait  # nobody has to wait for what is sent
        self.closing = True
        self.clock.forget(self)
        strangers.known(self.sid)
        reason = reason or self.server.reason.SERVER_DISCONNECT
        self.server._trigger_event("disconnect", self.sid, reason, run_async=False)
        if not abort:
            self.send(packets.Packet(packets.CLOSE))
        self.closed = True
        self.server.sockets.pop(self.sid, None)
        if self.queue is not None:
            self.queue.put(None)
        if self.link is not None:
            self.link.close()

    def schedule_ping(self) -> None:
        """Begin to look after the connection, or go on."""
        if not self.closing:
            self.clock.schedule(self)

    def wait_for_name(self) -> None:
        """Give the client some time to say who it is: it has just come, or is not anybody any more."""
        if not self.closing:
            strangers.came(self.sid, partial(gevent.spawn, self.close))

    def ping(self) -> None:
        """Send a ping."""
        self.send(packets.Packet(packets.PING))

    def expire(self) -> None:
        """Close the connection: its client has gone."""
        self._let_go(PING_TIMEOUT)
        gevent.spawn(self.close, reason=self.server.reason.PING_TIMEOUT)

    def _websocket_handler(self, ws: Any) -> list[Any]:
        """Take over a WebSocket from the HTTP server; `ws` is engineio's wrapper of gevent-websocket's."""
        connection, early = handover.detach(ws._sock)
        handover.slim(ws.environ)
        new = Link(connection, self.server.max_http_buffer_size, self._take, self._ended)
        if self.link is not None or self.closing:
            new.receive = new.ended = link.nothing
            new.close(1008)
        elif self.connected:
            self.link, self.upgrading = new, True
            new.receive = partial(self._probe, "2probe")
        else:
            self.link, self.connected = new, True
            self._switch()
        new.start(early)
        return []

    def _probe(self, expected: str, text: str) -> None:
        """Change from polling to the WebSocket: the client tries it first, then says so."""
        if self.link is None or self.queue is None:
            return
        if text != expected:
            self.link.close(1002, "not an upgrade")
        elif expected == "2probe":
            self.link.receive = partial(self._probe, "5")
            self.link.sink.write(frames.frame(b"3probe"))
            self.queue.put(packets.Packet(packets.NOOP))  # ends the poll that is waiting
        else:
            self.link.receive = self._take
            self._switch()

    def _switch(self) -> None:
        """Send on the WebSocket from now on; what was queued goes first."""
        if self.link is None or self.closing:
            return
        queue, self.queue, sink = self.queue, None, self.link.sink
        while not queue.empty():
            sink.write(framed(queue.get_nowait()))
        queue.put(packets.Packet(packets.NOOP))  # for a poll that should not be there any more
        self.sink, self.upgraded, self.upgrading = sink, True, False

    def _take(self, text: str) -> None:
        if self.closed:
            return
        try:
            self.receive(packets.Packet(encoded_packet=text))
        except UnknownPacketError:
            return
        except ValueError:
            self._refuse(1002, "not a packet")
        except spoken.NotOurs as error:
            self._refuse(error.code, str(error))

    def _refuse(self, code: int, reason: str) -> None:
        if self.link is not None:
            self.link.refuse(code, reason)

    def _ended(self, reason: str) -> None:
        """The WebSocket has ended; a client that was only trying it is still there."""
        self.link, self.upgrading = None, False
        if self.sink is None:
            return
        if reason != link.CLOSED and not self.closing:
            self._let_go(reason)
        self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    def _let_go(self, reason: str) -> None:
        counters.ended[reason] += 1
        logger.info("client let go", reason=reason, sid=self.sid)


def framed(pkt: Any) -> bytes:
    """Return the packet's frame; it is kept on the packet, which all receivers share."""
    frame: bytes | None = pkt.__dict__.get("frame")
    if frame is None:
        encoded = pkt.encode()
        text = isinstance(encoded, str)
        frame = frames.frame(encoded.encode() if text else encoded, frames.TEXT if text else frames.BINARY)
        pkt.frame = frame
    return frame
