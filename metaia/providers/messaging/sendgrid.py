"""E-mail by SendGrid (Web API v3)."""

from __future__ import annotations

from email.utils import parseaddr

from metaia.providers.errors import Permanent
from metaia.providers.http import Bearer, Http, Json, OverHttp, body, failure, objects, taken
from metaia.providers.messaging.interface import Mail, Sent


class SendGrid(OverHttp):
    """Its events carry `delivery`, the key of the mail, and `sg_message_id`, which begins with our reference."""

    name, channel = "sendgrid", "email"
    kinds: tuple[str, ...] = ()

    def __init__(self, api_key: str, base_url: str) -> None:
        self.http = Http(base_url, Bearer(api_key))

    def send(self, message: Mail) -> Sent:
        """Send; an address that SendGrid will not take is Permanent."""
        answer = self.http.post("/v3/mail/send", json=_content(message))
        if taken(answer):
            return Sent(answer.headers.get("X-Message-Id"), "accepted")
        problems = objects(body(answer).get("errors"))
        said = "; ".join(str(p.get("message")) for p in problems)
        if answer.status_code == 413:
            raise Permanent(f"413 {said}")
        if answer.status_code == 400 and any(_about_recipient(p) for p in problems):
            raise Permanent(f"400 {said}", gone=True)
        raise failure(answer, said)


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
    if message.secret:  # SendGrid would send the reader, and the secret, through an address of its own
        content["tracking_settings"] = {"click_tracking": {"enable": False, "enable_text": False}}
    return content


def _about_recipient(problem: Json) -> bool:
    return str(problem.get("field")).startswith("personalizations.0.to")
