"""What goes out to a client of Engine.IO, by polling or by WebSocket.

A packet is framed once, however many clients get it. Polling clients keep the stock path, but never more waiting for
them than a WebSocket may have.
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
from metaia.realtime.transport.send_buffer import MOST_BYTES, SLOW, Sink

logger = structlog.get_logger(__name__)


class Outgoing(stock.Socket):  # type: ignore[misc]
    """The outgoing side of a client. `sink` is set while it is on a WebSocket, `queue` until then."""

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.closed: bool = False
        self.closing: bool = False
        self.queue: Any = server.create_queue()
        self.sink: Sink | None = None
        self.queued = 0  # bytes

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
                self.let_go(SLOW)
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

    def let_go(self, reason: str) -> None:
        """Count and log why a client is given up."""
        metrics.ended[reason] += 1
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
