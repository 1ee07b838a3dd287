"""An SMTP server that stores mails, or answers as the test wants (the part of RFC 5321 that smtplib uses).

Not aiosmtpd: two event loops cannot run in one thread, and under gevent all threads are one.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import gevent
from gevent.server import StreamServer


class Mailbox:
    """Stored mails (`raw`: their bytes), recipients of all commands, and the answers of the server.

    `answer` is for RCPT, `answers` for other commands, `kept` for the end of the data. With `hang` the data
    get no answer.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.asked: list[str] = []
        self.answer: str | None = None
        self.answers: dict[str, str] = {}
        self.kept = "250 kept"
        self.hang = False
        self.connections = 0
        self._wires: list[Any] = []
        self.server = StreamServer(("127.0.0.1", 0), self._talk)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server.server_port}"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails for one address."""
        return [mail for mail in self.mails if mail["To"] == address]

    def hang_up(self) -> None:
        """Close all connections, as servers do with idle ones."""
        for wire in self._wires:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def _talk(self, wire: Any, _: Any) -> None:
        self.connections += 1
        self._wires.append(wire)
        with wire.makefile("rwb") as stream, contextlib.suppress(OSError):
            self._say(stream, "220 here")
            while line := stream.readline():
                answer = self._answered(stream, line.decode().strip())
                self._say(stream, answer)
                if answer.startswith("221"):
                    return

    def _answered(self, stream: Any, line: str) -> str:
        verb = line[:4].upper()
        if verb == "RCPT":
            self.asked.append(line.partition("<")[2].partition(">")[0])
            return self.answer or "250 OK"
        if verb == "DATA":
            self._say(stream, "354 go on")
            self._keep(stream)
            return self.kept
        usual = {"QUIT": "221 bye", "EHLO": "250-8BITMIME\r\n250 AUTH PLAIN"}
        return (usual | self.answers).get(verb, "250 OK")

    def _keep(self, stream: Any) -> None:
        lines = []
        while (line := stream.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.hang:
            gevent.sleep(3600)
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        if self.kept.startswith("250"):
            self.mails.append(mail)
            self.raw.append(b"".join(lines))

    @staticmethod
    def _say(stream: Any, line: str) -> None:
        stream.write(f"{line}\r\n".encode())
        stream.flush()


@contextlib.contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run an SMTP server on a loopback port."""
    running = Mailbox()
    running.server.start()
    try:
        yield running
    finally:
        running.server.stop(timeout=0)
