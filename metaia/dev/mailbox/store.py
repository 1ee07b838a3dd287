"""The messages of the mailbox as files of one folder: mails unchanged, SMS and push as JSON, the newest KEEP."""

import email
import itertools
import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate
from pathlib import Path

from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.dev.stubs.vendor import SentMessage

KEEP = 500
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
        self._folder = folder
        self._numbers = itertools.count()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add_mail(self, content: bytes, sender: str, to: list[str]) -> None:
        """Store a mail, with the addresses of its envelope as two more headers."""
        head = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(to)}\r\n"
        self._write("eml", head.encode("utf-8", "replace") + content)

    def add(self, arrived: SentMessage) -> None:
        """Store a message that a stub vendor has accepted; a mail in the form in which SendGrid would send it."""
        if arrived.channel == "email":
            self._write("eml", _mime(arrived).as_bytes())
        else:
            kept = {
                name: getattr(arrived, name) for name in ("channel", "vendor", "to", "title", "text", "raw")
            }
            self._write("json", json.dumps(kept, ensure_ascii=False).encode())

    def items(self, most: int = 100) -> tuple[int, list[Item]]:
        """Return the number of stored messages, and the newest `most` of them."""
        paths = sorted((path for path in self._folder.iterdir() if NAME.fullmatch(path.stem)), reverse=True)
        return len(paths), list(self._items(paths[:most]))

    def raw(self, name: str, suffix: str) -> bytes | None:
        """Return the content of a message's file, or None."""
        path = self._folder / f"{name}.{suffix}"
        return path.read_bytes() if NAME.fullmatch(name) and path.is_file() else None

    def mail(self, name: str) -> EmailMessage | None:
        """Return a mail parsed, or None."""
        raw = self.raw(name, "eml")
        return None if raw is None else email.message_from_bytes(raw, policy=default)

    def _items(self, paths: list[Path]) -> Iterator[Item]:
        for path in paths:
            name, mail = path.stem, self.mail(path.stem)
            if mail is not None:
                to = str(mail.get("To") or mail.get("X-Envelope-To", ""))
                title, vendor = str(mail.get("Subject", "")), str(mail.get("X-Vendor", "SMTP"))
                yield Item(name, "email", vendor, to, title, _beginning(body(mail, "plain")))
            elif raw := self.raw(name, "json"):
                kept: Json = json.loads(raw)
                shown = {key: str(kept[key]) for key in ("channel", "to", "title", "text")}
                yield Item(name, vendor=VENDORS[kept["vendor"]], **shown)

    def _write(self, suffix: str, content: bytes) -> None:
        name = f"{time.time_ns():020d}-{next(self._numbers) % 10_000:04d}"
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(content)
        unfinished.rename(self._folder / f"{name}.{suffix}")
        for old in sorted(path for path in self._folder.iterdir() if NAME.fullmatch(path.stem))[:-KEEP]:
            old.unlink(missing_ok=True)


def body(mail: EmailMessage, kind: str) -> str:
    """Return the `plain` or `html` body of a mail; an empty string if it has none."""
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _beginning(text: str) -> str:
    """Return the first line of text after the salutation, at most 120 characters."""
    return next((line for line in text.strip().splitlines()[1:] if line.strip()), "")[:120]


def _mime(arrived: SentMessage) -> EmailMessage:
    """Return the mail that SendGrid would send for a request."""
    mail = EmailMessage(policy=default)
    sender = arrived.raw["from"]
    headers = {
        "From": f"{sender.get('name', '')} <{sender['email']}>",
        "To": arrived.to,
        "Subject": arrived.title,
        "Date": formatdate(),
        "X-Vendor": VENDORS[arrived.vendor],
        **arrived.raw.get("headers", {}),
    }
    for name, value in headers.items():
        mail[name] = value
    plain, html = (part["value"] for part in arrived.raw["content"])
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    return mail
