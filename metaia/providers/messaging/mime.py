"""Mails as MIME messages (RFC 5322, 2045), with headers that mailboxes can read in the bytes that are sent.

Python folds a header at 78 characters. It encodes a word that is longer (RFC 2047), also in fields in which RFC 2047,
section 5, forbids it: a mailbox then finds no address in List-Unsubscribe and no id in References.
"""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formatdate
from typing import Any

from metaia.providers.errors import Permanent
from metaia.providers.messaging.interface import Mail

LINE, LONGEST_LINE = 78, 998  # characters without CRLF: RFC 5322, section 2.1.1
VERBATIM = (
    "Message-ID", "References", "In-Reply-To", "Content-ID", "Auto-Submitted", "Feedback-ID", "List-Archive",
    "List-Help", "List-Id", "List-Owner", "List-Post", "List-Subscribe", "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip


class VerbatimHeader(UnstructuredHeader):
    """A header of ids and addresses: folded between words only, and never encoded."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Parse a value. Raises ValueError for a character or a length that no mail may contain unencoded."""
        if not value.isascii() or not value.isprintable():
            raise ValueError("a header with ids or addresses must be printable ASCII")
        if any(len(word) > LONGEST_LINE - 1 for word in value.split()):
            raise ValueError("a header with ids or addresses is too long")
        super().parse(value, kwds)

    def fold(self, *, policy: Policy) -> str:
        """Return the lines of the header."""
        lines = [f"{self.name}:"]  # type: ignore[attr-defined] # BaseHeader, which the registry adds
        for word in str(self).split():
            if len(lines[-1]) + 1 + len(word) > LINE and not lines[-1].endswith(":"):
                lines.append("")
            lines[-1] += f" {word}"
        return policy.linesep.join([*lines, ""])


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in VERBATIM:
        registry.map_to_type(name.lower(), VerbatimHeader)  # type: ignore[arg-type] # a mixin, as documented
    return registry


POLICY = SMTP.clone(header_factory=_registry())


def mime(message: Mail) -> EmailMessage:
    """Return a mail as a MIME message. Raises Permanent if it cannot be encoded."""
    if "@" not in message.to:
        raise Permanent("there is no address")
    mail = EmailMessage(policy=POLICY)
    try:
        mail["From"], mail["To"], mail["Subject"] = message.sender, message.to, message.subject
        mail["Message-ID"], mail["Date"] = f"<{message.key}@metaia>", formatdate()
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
    except (ValueError, MessageError) as error:
        raise Permanent(f"the mail cannot be encoded: {error}") from None
    return mail
