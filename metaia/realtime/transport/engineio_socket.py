"""Engine.IO's client, with sends that cost a tenth and no greenlet of its own (docs/realtime-transport.md)."""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
from engineio import packet as packets
from engineio.exceptions import UnknownPacketError

from metaia.realtime.transport import frames, handover, unauthenticated, websocket
from metaia.realtime.transport import packets as handed_packets
from metaia.realtime.transport.engineio_output import Outgoing, framed
from metaia.realtime.transport.pings import Pinged, clock_of
from metaia.realtime.transport.websocket import Link

PING_TIMEOUT = "ping timeout"


class FastSocket(Outgoing):
    """One client: it comes, speaks, may change from polling to a WebSocket, and ends once."""

    refusals = 0

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.connected: bool = False
        self.link: Link | None = None  # set before `sink` while a polling client tries a WebSocket
        self.due: set[Pinged] | None = None
        self.unanswered = False
        self.clock = clock_of(server)
        self.wait_for_name()

    def receive(self, pkt: Any) -> None:
        """Take a packet of the client's."""
        if pkt.packet_type == packets.MESSAGE:
            handed_packets.hand_over(self.server, self.sid, pkt.data)
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
        unauthenticated.known(self.sid)
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
            unauthenticated.came(self.sid, partial(gevent.spawn, self.close))

    def refuse_name(self) -> None:
        """Count that the client is not who it says; who goes on trying is let go."""
        self.refusals += 1
        if self.refusals == unauthenticated.TRIES:
            self.let_go(unauthenticated.REFUSED)
            gevent.spawn(self.close)

    def ping(self) -> None:
        """Send a ping."""
        self.send(packets.Packet(packets.PING))

    def expire(self) -> None:
        """Close the connection: its client has gone."""
        self.let_go(PING_TIMEOUT)
        gevent.spawn(self.close, reason=self.server.reason.PING_TIMEOUT)

    def _websocket_handler(self, ws: Any) -> list[Any]:
        """Take over a WebSocket from the HTTP server; `ws` is engineio's wrapper of gevent-websocket's."""
        connection, early = handover.detach(ws._sock)
        handover.slim(ws.environ)
        new = Link(connection, self.server.max_http_buffer_size, self._take, self._ended)
        if self.link is not None or self.closing:
            new.receive = new.ended = websocket.nothing
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
        except handed_packets.NotOurs as error:
            self._refuse(error.code, str(error))

    def _refuse(self, code: int, reason: str) -> None:
        if self.link is not None:
            self.link.refuse(code, reason)

    def _ended(self, reason: str) -> None:
        """The WebSocket has ended; a client that was only trying it is still there."""
        self.link, self.upgrading = None, False
        if self.sink is None:
            return
        if reason != websocket.CLOSED and not self.closing:
            self.let_go(reason)
        self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
