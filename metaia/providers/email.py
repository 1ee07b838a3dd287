"""E-mail: the port, and its SMTP adapter."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from metaia.providers.errors import Permanent, Temporary

TIMEOUT = 10.0  # seconds for each step of the conversation


@dataclass(frozen=True)
class Message:
    """A mail with both of its faces. `message_id` stays the same when it is sent again."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    message_id: str


class Sender(Protocol):
    """Whatever can send a mail."""

    def send(self, message: Message) -> None:
        """Hand `message` over. Raises Temporary or Permanent."""


class Smtp:
    """`smtp://[user:password@]host[:port][?starttls=1]`, or `smtps://` for TLS from the first byte (RFC 8314)."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        if self.parts.scheme not in {"smtp", "smtps"} or not self.parts.hostname:
            raise Permanent("SMTP_URL is not an smtp:// or smtps:// address")

    def send(self, message: Message) -> None:
        """Send by SMTP (RFC 5321): 4xx answers and broken connections are Temporary, 5xx are Permanent."""
        try:
            mail = _mime(message)
            with _connect(self.parts) as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _by_code(code, text) from None
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Permanent(str(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Temporary(f"{type(error).__name__}: {error}") from None
        except (ValueError, MessageError) as error:
            raise Permanent(f"not a mail that can be sent: {error}") from None


def sender(url: str) -> Sender:
    """Return the adapter for `url`. Raises Permanent if no mail is configured."""
    if not url:
        raise Permanent("SMTP_URL is not set")
    return Smtp(url)


def _connect(parts: SplitResult) -> smtplib.SMTP:
    host, tls = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
        if "starttls" in parts.query:
            server.starttls(context=tls)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _mime(message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = message.sender, message.to, message.subject
    mail["Message-ID"], mail["Date"] = message.message_id, formatdate()
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _by_code(code: int, text: bytes | str) -> Temporary | Permanent:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return (Temporary if 400 <= code < 500 else Permanent)(f"{code} {said}")
