"""The interface of message providers: the messages they accept and their result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Mail:
    """A mail as text and HTML. A retry has the same `key`, and so the same Message-ID.

    `secret`: the mail contains a secret link, so a provider must not rewrite links to count clicks. `requested`: its
    recipient has asked for it, and with `proves_address` the link in it proves the address: a provider's own lists of
    unsubscriptions and complaints, or also of bounces, must not stop it.
    """

    key: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)
    secret: bool = False
    requested: bool = False
    proves_address: bool = False


@dataclass(frozen=True)
class Sms:
    """A text message to a number in E.164. The provider posts receipts to `callback`, one of our addresses."""

    key: str
    to: str
    text: str
    callback: str | None = None


@dataclass(frozen=True)
class Push:
    """A push message to one device. `token` is its registration; for Web Push its endpoint, with `keys`.

    On the screen it replaces the message with the same `tag`: its own first copy, or an earlier one that had the same
    `replaces`, such as `chat-{id}`.
    """

    key: str
    kind: str
    token: str
    title: str
    body: str
    data: dict[str, str]
    keys: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False
    replaces: str | None = None

    @property
    def tag(self) -> str:
        """Return what devices compare: `replaces`, or the key."""
        return self.replaces or self.key


Message = Mail | Sms | Push


@dataclass(frozen=True)
class Sent:
    """The provider has accepted the message. `reference` identifies the message in its receipts."""

    reference: str | None
    answer: str


class Provider(Protocol):
    """One vendor. `channel` is email, sms or push; `kinds` are the kinds of devices that a push provider serves."""

    name: str
    channel: str
    kinds: tuple[str, ...]

    def send(self, message: Any) -> Sent:
        """Send a message. Raises Temporary, Permanent or Technical."""

    def close(self) -> None:
        """Close the kept connections."""
