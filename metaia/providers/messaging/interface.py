"""The port that all providers of messages have in common: what goes in, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Mail:
    """A mail with both of its faces. `key` is the same when it is sent again; so is the Message-ID made from it.

    `secret` says that there is an address in it that nobody else may see: nobody rewrites it to count clicks.
    """

    key: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)
    secret: bool = False


@dataclass(frozen=True)
class Sms:
    """A text message to a number in E.164. Receipts come to `callback`, an address of ours, if there is one."""

    key: str
    to: str
    text: str
    callback: str | None = None


@dataclass(frozen=True)
class Push:
    """A push message to one device. `token` is its registration, or for Web Push its endpoint with `keys`."""

    key: str
    kind: str
    token: str
    title: str
    body: str
    data: dict[str, str]
    keys: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False


Message = Mail | Sms | Push


@dataclass(frozen=True)
class Sent:
    """The provider has taken it. `reference` is what its receipts will call it."""

    reference: str | None
    answer: str


class Provider(Protocol):
    """One vendor. `channel` is email, sms or push; `kinds` are the devices that a push provider serves."""

    name: str
    channel: str
    kinds: tuple[str, ...]

    def send(self, message: Any) -> Sent:
        """Hand a message over. Raises Temporary, Permanent or Technical."""

    def close(self) -> None:
        """End kept connections."""
