"""Mails by SendGrid (Web API v3)."""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import quote

from metaia.providers.errors import Permanent
from metaia.providers.http import (
    BearerAuth,
    HttpProvider,
    Json,
    VendorClient,
    failure,
    json_object,
    json_objects,
    succeeded,
)
from metaia.providers.messaging.interface import Mail, Sent

SUPPRESSION_LISTS = (
    "/v3/suppression/bounces",
    "/v3/suppression/blocks",
    "/v3/suppression/invalid_emails",
    "/v3/suppression/spam_reports",
    "/v3/asm/suppressions/global",
)


class SendGrid(HttpProvider):
    """Sends mails. Events carry `delivery`, our key, and `sg_message_id`, which begins with our reference."""

    name, channel = "sendgrid", "email"
    kinds: tuple[str, ...] = ()

    def __init__(self, api_key: str, base_url: str) -> None:
        self.http = VendorClient(base_url, BearerAuth(api_key), name="sendgrid")

    def send(self, message: Mail) -> Sent:
        """Send a mail. An address that SendGrid refuses, or a mail that is too big, raises Permanent."""
        answer = self.http.post("/v3/mail/send", json=_content(message))
        if succeeded(answer):
            return Sent(answer.headers.get("X-Message-Id"), "accepted")
        errors = json_objects(json_object(answer).get("errors"))
        text = "; ".join(str(error.get("message")) for error in errors)
        if answer.status_code == 413:
            raise Permanent(f"413 {text}")
        if answer.status_code == 400 and any(_is_about_recipient(error) for error in errors):
            raise Permanent(f"400 {text}", gone=True)
        raise failure(answer, text)

    def clear(self, address: str) -> None:
        """Remove an address from all of SendGrid's suppression lists. Raises Temporary and Technical."""
        for path in SUPPRESSION_LISTS:
            answer = self.http.delete(f"{path}/{quote(address, safe='')}")
            if not succeeded(answer) and answer.status_code != 404:
                raise failure(answer)


def _content(message: Mail) -> Json:
    name, address = parseaddr(message.sender)
    content: Json = {
        "personalizations": [{"to": [{"email": message.to}], "custom_args": {"delivery": message.key}}],
        "from": {"email": address} | ({"name": name} if name else {}),
        "subject": message.subject,
        "content": [
            {"type": "text/plain", "value": message.text},
            {"type": "text/html", "value": message.html},
        ],
    }
    if message.headers:
        content["headers"] = message.headers
    if bypassed := _bypassed(message):
        content["mail_settings"] = {f"bypass_{name}_management": {"enable": True} for name in bypassed}
    if message.secret:  # otherwise SendGrid rewrites links to its own servers, with the secret in them
        content["tracking_settings"] = {"click_tracking": {"enable": False, "enable_text": False}}
    return content


def _bypassed(message: Mail) -> list[str]:
    """Return SendGrid's suppression lists that must not stop a mail."""
    return ["spam", "unsubscribe"] * message.requested + ["bounce"] * message.proves_address


def _is_about_recipient(error: Json) -> bool:
    return str(error.get("field")).startswith("personalizations.0.to")
