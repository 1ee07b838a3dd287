"""Text messages by Twilio (Programmable Messaging)."""

from __future__ import annotations

from requests.auth import HTTPBasicAuth

from metaia.providers.errors import Permanent
from metaia.providers.http import HttpProvider, VendorClient, failure, json_object, succeeded
from metaia.providers.messaging.interface import Sent, Sms

# twilio.com/docs/api/errors
UNREACHABLE = {21211, 21214, 21217, 21614}  # not a number, cannot receive SMS
STOPPED = 21610  # the recipient has sent STOP to our number, and no START since
UNSENDABLE = {21602, 21617}  # no text, too much text


class Twilio(HttpProvider):
    """`sender` is one of our numbers, or the id of a messaging service (`MG…`)."""

    name, channel = "twilio", "sms"
    kinds: tuple[str, ...] = ()

    def __init__(self, account_sid: str, auth_token: str, sender: str, base_url: str) -> None:
        self.http = VendorClient(base_url, HTTPBasicAuth(account_sid, auth_token), name="twilio")
        self._path = f"/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}

    def send(self, message: Sms) -> Sent:
        """Send a text message. A number that is unreachable, or has opted out, raises Permanent."""
        form = {"To": message.to, "Body": message.text, **self._sender}
        if message.callback:
            form["StatusCallback"] = message.callback
        answer = self.http.post(self._path, data=form)
        result = json_object(answer)
        if succeeded(answer):
            return Sent(result.get("sid"), str(result.get("status")))
        code, text = result.get("code"), f"{result.get('code')} {result.get('message')}"
        if code in UNREACHABLE | UNSENDABLE | {STOPPED}:
            raise Permanent(text, gone=code in UNREACHABLE, stopped=code == STOPPED)
        raise failure(answer, text)
