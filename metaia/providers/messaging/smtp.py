"""Mails by SMTP."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.errors import MessageError
from urllib.parse import SplitResult, unquote, urlsplit

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.messaging import bounces
from metaia.providers.messaging.interface import Mail, Sent
from metaia.providers.messaging.mime import mime

TIMEOUT = 10.0  # seconds for each command


class Smtp:
    """`url` is `smtp://[user:password@]host[:port][?starttls=1]`, or `smtps://…` for implicit TLS (RFC 8314)."""

    name, channel = "smtp", "email"
    kinds: tuple[str, ...] = ()

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self._kept: smtplib.SMTP | None = None

    def send(self, message: Mail) -> Sent:
        """Send a mail (RFC 5321). A 4xx reply or a broken connection raises Temporary, a 5xx reply Permanent."""
        if self.parts.scheme not in {"smtp", "smtps"} or not self.parts.hostname:
            raise Technical("SMTP_URL is not an smtp:// or smtps:// address")
        mail = mime(message)
        try:
            self._server().send_message(mail)
        except smtplib.SMTPAuthenticationError as error:
            raise Technical(f"{error.smtp_code} the login is refused") from None
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error, data=True) from None
        except smtplib.SMTPResponseException as error:  # not about this mail
            text = _reply(error.smtp_code, error.smtp_error)
            raise (Temporary if error.smtp_code < 500 else Technical)(text) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Permanent(str(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Temporary(f"{type(error).__name__}: {error}") from None
        except (ValueError, MessageError) as error:
            raise Permanent(f"the mail cannot be encoded: {error}") from None
        return Sent(mail["Message-ID"], "accepted")

    def close(self) -> None:
        """Close the kept connection."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _server(self) -> smtplib.SMTP:
        """Return the kept connection if it still answers, otherwise a new one."""
        if self._kept is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._kept.noop()[0] == 250:
                    return self._kept
            self.close()
        self._kept = _connect(self.parts)
        return self._kept


def _connect(parts: SplitResult) -> smtplib.SMTP:
    host, tls = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
    try:
        if parts.scheme == "smtp" and "starttls" in parts.query:
            server.starttls(context=tls)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _refused(code: int, text: bytes | str, *, data: bool = False) -> Temporary | Permanent:
    """Return the error for a refused mail. A refusal of its content does not mean that the address is dead."""
    reply = _reply(code, text)
    if code < 500:
        return Temporary(reply)
    bounce = bounces.kind(reply)
    return Permanent(reply, gone=bounce == "permanent" and not data, full=bounce == "temporary")


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
