"""E-mail by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import SplitResult, unquote, urlsplit

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.port import Mail, Sent

TIMEOUT = 10.0  # seconds for each step of the conversation


class Smtp:
    """`smtp://[user:password@]host[:port][?starttls=1]`, or `smtps://` for TLS from the first byte (RFC 8314)."""

    name, channel = "smtp", "email"
    kinds: tuple[str, ...] = ()

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    def send(self, message: Mail) -> Sent:
        """Send by SMTP (RFC 5321): 4xx answers and broken connections are Temporary, 5xx are Permanent."""
        if self.parts.scheme not in {"smtp", "smtps"} or not self.parts.hostname:
            raise Technical("SMTP_URL is not an smtp:// or smtps:// address")
        mail = _mime(message)
        try:
            with _connect(self.parts) as server:
                server.send_message(mail)
        except smtplib.SMTPAuthenticationError as error:
            raise Technical(f"{error.smtp_code} the login is refused") from None
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
        return Sent(mail["Message-ID"], "accepted")


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


def _mime(message: Mail) -> EmailMessage:
    mail = EmailMessage()
    try:
        mail["From"], mail["To"], mail["Subject"] = message.sender, message.to, message.subject
        mail["Message-ID"], mail["Date"] = f"<{message.key}@metaia>", formatdate()
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
    except (ValueError, MessageError) as error:
        raise Permanent(f"not a mail that can be sent: {error}") from None
    return mail


def _by_code(code: int, text: bytes | str) -> Temporary | Permanent:
    said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return Temporary(said) if 400 <= code < 500 else Permanent(said, gone=code in {550, 551, 553})
