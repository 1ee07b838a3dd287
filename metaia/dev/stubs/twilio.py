"""Twilio: `POST /2010-04-01/Accounts/{sid}/Messages.json`, and its status callbacks."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from uuid import uuid4

from requests import Request

from metaia.dev.stubs.vendor import E164, Answer, Call, SentMessage, World

MAX_CHARACTERS = 1600
GONE = {
    "21610": "Attempt to send to unsubscribed recipient",
    "21614": "'To' number is not a valid mobile number",
}
WORDS = {"sent": "sent", "delivered": "delivered", "undelivered": "undelivered"}


def messages(call: Call, world: World) -> Answer:
    """Accept a text message."""
    sid, token = world.settings["TWILIO_ACCOUNT_SID"], world.settings["TWILIO_AUTH_TOKEN"]
    if call.basic() != f"{sid}:{token}" or f"/Accounts/{sid}/" not in call.path:
        return _refused(401, "20003", "Authenticate")
    form = call.form()
    to, text, callback = form.get("To", ""), form.get("Body", ""), form.get("StatusCallback")
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return _refused(400, "21603", "A 'From' phone number is required.")
    if not E164.fullmatch(to):
        return _refused(400, "21211", f"The 'To' number {to} is not a valid phone number.")
    if to in world.gone:
        code = world.gone[to] or "21614"
        return _refused(400, code, GONE.get(code, "It does not work."))
    if not text or len(text) > MAX_CHARACTERS:
        return _refused(400, "21617" if text else "21602", "The message body is missing or too long.")
    if callback is not None and not callback.startswith(("http://", "https://")):
        return _refused(400, "21609", "The 'StatusCallback' URL is not valid.")
    reference = f"SM{uuid4().hex}"
    key = (callback or "").partition("delivery=")[2]
    arrived = SentMessage("twilio", "sms", to, "", text, key, reference, callback, dict(form))
    return Answer(201, {"sid": reference, "status": "queued", "to": to, "body": text}, arrived=arrived)


def receipt(arrived: SentMessage, word: str, settings: Mapping[str, str]) -> Request:
    """Return a signed status callback (HMAC-SHA1 over the address and the sorted fields)."""
    form = {
        "AccountSid": settings["TWILIO_ACCOUNT_SID"],
        "MessageSid": arrived.reference,
        "MessageStatus": WORDS[word],
        "To": arrived.to,
    } | ({"ErrorCode": "30003"} if word == "undelivered" else {})
    url = arrived.callback or ""
    signed = url + "".join(name + value for name, value in sorted(form.items()))
    signature = b64encode(hmac.digest(settings["TWILIO_AUTH_TOKEN"].encode(), signed.encode(), "sha1"))
    return Request("POST", url, data=form, headers={"X-Twilio-Signature": signature.decode()})


def _refused(status: int, code: str, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": int(code), "message": message, "more_info": more, "status": status})
