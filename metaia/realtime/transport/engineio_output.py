"""What goes out to an Engine.IO client, by polling or by WebSocket.

A packet is framed once, however many clients receive it. Polling clients keep engineio's queue, with the same limit on
unsent bytes that WebSockets have.
"""

from __future__ import annotations

from typing import Any

import gevent
import structlog
from engineio import packet as packets
from engineio import socket as stock
from engineio.exceptions import QueueEmpty
from gevent.queue import Empty

from metaia.core import metrics
from metaia.realtime.transport import frames
from metaia.realtime.transport.send_buffer import MAX_BYTES, SLOW, SendBuffer

logger = structlog.get_logger(__name__)


class OutgoingSocket(stock.Socket):  # type: ignore[misc]
    """The outgoing side of a client. `buffer` is set while the client is on a WebSocket, `queue` before that."""

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.closed: bool = False
        self.closing: bool = False
        self.queue: Any = server.create_queue()
        self.buffer: SendBuffer | None = None
        self.queued = 0  # bytes
        self.posted = 0  # packets that were queued
        self._sends_at_ping = 0

    @property
    def sends(self) -> int:
        """Return a number that grows whenever something is sent to the client."""
        return self.posted + (0 if self.buffer is None else self.buffer.sends)

    @property
    def quiet(self) -> bool:
        """Return whether nothing was sent since the last ping."""
        return self.sends == self._sends_at_ping

    def ping(self) -> None:
        """Send a ping, at once: what is sent after it must not count as sent before."""
        self.send(packets.Packet(packets.PING))
        if self.buffer is not None:
            self.buffer.flush()
        self._sends_at_ping = self.sends

    def send(self, pkt: Any) -> None:
        """Send a packet; returns at once."""
        if self.buffer is not None:
            self.buffer.write(framed(pkt))
        elif (
            not self.closed and self.queued <= MAX_BYTES
        ):  # above the limit nothing more is queued, because the client would miss packets in between
            self.queue.put(pkt)
            self.posted += 1
            self.queued += len(pkt.encode())
            if self.queued > MAX_BYTES:
                self.record_end(SLOW)
                gevent.spawn(self.close, abort=True, reason=self.server.reason.TRANSPORT_ERROR)

    def poll(self) -> list[Any]:
        """Wait for packets of a polling client; return them. Raises QueueEmpty after the ping timeout."""
        queue = self.queue
        if queue is None:
            return [packets.Packet(packets.NOOP)]
        try:
            found = [queue.get(timeout=self.server.ping_interval + self.server.ping_timeout)]
        except Empty:
            raise QueueEmpty from None
        while not queue.empty():
            found.append(queue.get_nowait())
        if self.queued <= MAX_BYTES:
            self.queued = 0
        return [pkt for pkt in found if pkt is not None]

    def record_end(self, reason: str) -> None:
        """Count and log why the server disconnects this client."""
        metrics.ended[reason] += 1
        logger.info("client disconnected", reason=reason, sid=self.sid)


def framed(pkt: Any) -> bytes:
    """Return the packet's frame. It is stored on the packet, because all receivers of the packet share it."""
    frame: bytes | None = pkt.__dict__.get("frame")
    if frame is None:
        encoded = pkt.encode()
        text = isinstance(encoded, str)
        frame = frames.frame(encoded.encode() if text else encoded, frames.TEXT if text else frames.BINARY)
        pkt.frame = frame
    return frame
