"""SMS by Twilio (Programmable Messaging)."""

from __future__ import annotations

from requests.auth import HTTPBasicAuth

from metaia.providers.errors import Permanent
from metaia.providers.http import Http, OverHttp, body, failure, taken
from metaia.providers.messaging.interface import Sent, Sms

# twilio.com/docs/api/errors
UNREACHABLE = {21211, 21214, 21217, 21614}  # not a number, cannot receive SMS
STOPPED = 21610  # has sent STOP to this number of ours, and no START since
UNSENDABLE = {21602, 21617}  # no text, too much text


class Twilio(OverHttp):
    """`sender` is a number of ours, or the id of a messaging service (`MG…`)."""

    name, channel = "twilio", "sms"
    kinds: tuple[str, ...] = ()

    def __init__(self, account_sid: str, auth_token: str, sender: str, base_url: str) -> None:
        self.http = Http(base_url, HTTPBasicAuth(account_sid, auth_token))
        self._path = f"/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}

    def send(self, message: Sms) -> Sent:
        """Send; a number that cannot be reached, or does not want to be, is Permanent."""
        form = {"To": message.to, "Body": message.text, **self._sender}
        if message.callback:
            form["StatusCallback"] = message.callback
        answer = self.http.post(self._path, data=form)
        said = body(answer)
        if taken(answer):
            return Sent(said.get("sid"), str(said.get("status")))
        code, text = said.get("code"), f"{said.get('code')} {said.get('message')}"
        if code in UNREACHABLE | UNSENDABLE | {STOPPED}:
            raise Permanent(text, gone=code in UNREACHABLE, stopped=code == STOPPED)
        raise failure(answer, text)
