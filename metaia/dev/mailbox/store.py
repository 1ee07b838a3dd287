"""The messages of the mailbox as files of one folder, the newest KEEP: mails by SMTP unchanged, all others as JSON."""

import contextlib
import email
import itertools
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.dev.stubs.vendor import SentMessage

KEEP = 500
COUNT = "arrived"  # name of the file with the number of messages that have arrived
NAME = re.compile(r"\d{20}-\d{4}")
VENDORS = {
    "sendgrid": "SendGrid",
    "twilio": "Twilio",
    "vonage": "Vonage",
    "fcm": "FCM",
    "webpush": "Web Push",
    "expo": "Expo",
}


@dataclass(frozen=True)
class Item:
    """A message in the list of the page. `name` is its file's name without suffix; it begins with the time in ns."""

    name: str
    channel: str
    vendor: str
    to: str
    title: str
    text: str

    @property
    def time(self) -> str:
        """Return the local time of arrival, with milliseconds."""
        seconds = int(self.name[:20]) / 1e9
        return time.strftime("%H:%M:%S", time.localtime(seconds)) + f"{seconds % 1:.3f}"[1:]

    @property
    def person(self) -> str:
        """Return the login of the demo user that it is for, or an empty string."""
        return next((p.login for p in demo_data.PEOPLE if self.to in {p.email, p.number, p.device}), "")

    def as_json(self) -> dict[str, str]:
        """Return the message as `/items.json` lists it."""
        return asdict(self) | {"person": self.person}


class MessageStore:
    """Stores messages, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add_mail(self, content: bytes, sender: str, to: list[str]) -> None:
        """Store a mail, with the addresses of its envelope as two more headers."""
        head = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(to)}\r\n"
        self._write("eml", head.encode("utf-8", "replace") + content)

    def add(self, arrived: SentMessage) -> None:
        """Store a message that a stub vendor has accepted."""
        kept = {name: getattr(arrived, name) for name in ("channel", "vendor", "to", "title", "text", "raw")}
        self._write("json", json.dumps(kept, ensure_ascii=False).encode())

    def counts(self) -> tuple[int, int]:
        """Return how many messages have arrived, and how many of them are kept."""
        return self._arrived(), len(self._paths())

    def items(self, most: int = 100) -> list[Item]:
        """Return the newest `most` messages."""
        return list(self._items(self._paths()[: -most - 1 : -1]))

    def raw(self, name: str, suffix: str) -> bytes | None:
        """Return the content of a message's file, or None."""
        path = self.folder / f"{name}.{suffix}"
        return path.read_bytes() if NAME.fullmatch(name) and path.is_file() else None

    def mail(self, name: str) -> EmailMessage | None:
        """Return a mail parsed, or None."""
        raw = self.raw(name, "eml")
        return None if raw is None else email.message_from_bytes(raw, policy=default)

    def given(self, name: str) -> Json | None:
        """Return what a vendor was given, or None."""
        raw = self.raw(name, "json")
        return None if raw is None else json.loads(raw)

    def headers(self, name: str) -> list[tuple[str, str]]:
        """Return the headers of a mail as they were sent: neither decoded nor unfolded."""
        head = re.split(rb"\r?\n\r?\n", self.raw(name, "eml") or b"", maxsplit=1)[0]
        lines = re.split(r"\r?\n(?![ \t])", head.decode("utf-8", "backslashreplace"))
        return [
            (field, value.strip()) for field, colon, value in (line.partition(":") for line in lines) if colon
        ]

    def _items(self, paths: list[Path]) -> Iterator[Item]:
        for path in paths:
            name, mail = path.stem, self.mail(path.stem)
            if mail is not None:
                to = str(mail.get("To") or mail.get("X-Envelope-To", ""))
                yield Item(
                    name, "email", "SMTP", to, str(mail.get("Subject", "")), _beginning(body(mail, "plain"))
                )
            elif kept := self.given(name):
                shown = {key: str(kept[key]) for key in ("channel", "to", "title", "text")}
                if kept["channel"] == "email":
                    shown["text"] = _beginning(shown["text"])
                yield Item(name, vendor=VENDORS[kept["vendor"]], **shown)

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if NAME.fullmatch(path.stem))

    def _arrived(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return int((self.folder / COUNT).read_text())
        return len(self._paths())  # messages of an earlier release were not counted

    def _write(self, suffix: str, content: bytes) -> None:
        name = f"{time.time_ns():020d}-{next(self._numbers) % 10_000:04d}"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(content)
        with self._lock:
            arrived = self._arrived() + 1
            unfinished.rename(self.folder / f"{name}.{suffix}")
            counted = self.folder / f".{COUNT}"
            counted.write_text(str(arrived))
            counted.rename(self.folder / COUNT)
            for old in self._paths()[:-KEEP]:
                old.unlink(missing_ok=True)


def body(mail: EmailMessage, kind: str) -> str:
    """Return the `plain` or `html` body of a mail; an empty string if it has none."""
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _beginning(text: str) -> str:
    """Return the first line of text after the salutation, at most 120 characters."""
    return next((line for line in text.strip().splitlines()[1:] if line.strip()), "")[:120]
