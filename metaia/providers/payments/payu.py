"""Payments by PayU India (docs.payu.in). The customer's browser posts a signed form to PayU; our calls are commands."""

from __future__ import annotations

from requests import Response

from metaia.providers.errors import Permanent, Technical
from metaia.providers.http import (
    MAX_TEXT_LENGTH,
    HttpProvider,
    Json,
    NoAuth,
    VendorClient,
    json_object,
    succeeded,
)
from metaia.providers.payments import payu_facts, short_ids, signatures
from metaia.providers.payments.answers import reference_in, refusal, stated
from metaia.providers.payments.facts import Fact, RefundFact
from metaia.providers.payments.interface import Intent, Opened, RefundOrder
from metaia.providers.payments.payu_facts import CURRENCY, rupees
from metaia.providers.payments.wire_amounts import UnpayableAmount

COMMANDS = "/merchant/postservice.php?form=2"
LONGEST_DESCRIPTION = 100  # characters


class PayU(HttpProvider):
    """A payment is a `txnid` of ours, an attempt a `mihpayid`. Nothing is opened at PayU before the customer pays."""

    name = payu_facts.NAME
    reusable = False  # a txnid is used once

    def __init__(self, key: str, salt: str, base_url: str, payment_url: str) -> None:
        self.http = VendorClient(base_url, NoAuth(), name="payu")
        self._key = key
        self._salt = signatures.secrets(salt)[0]  # the newest one signs
        self._payment_url = payment_url

    def check(self, amount: int, currency: str) -> None:  # noqa: ARG002 - any amount of paise
        """Raise UnpayableAmount for other currencies than INR."""
        if currency != CURRENCY:
            raise UnpayableAmount(currency, 0, 0)

    def create(self, intent: Intent) -> Opened:
        """Return the form to post. Raises UnpayableAmount for other currencies than INR."""
        reference = short_ids.shortened(intent.id)
        return Opened(reference, self.to_pay(reference, intent))

    def to_pay(self, reference: str, intent: Intent) -> Json:
        """Return the signed form of the payment page."""
        self.check(intent.amount, intent.currency)
        fields = {
            "key": self._key, "txnid": reference, "amount": rupees(intent.amount),
            "productinfo": _signable(intent.description)[:LONGEST_DESCRIPTION], "firstname": _signable(intent.name),
            "email": intent.email, "phone": intent.phone, "surl": intent.return_url, "furl": intent.return_url,
        }  # fmt: skip
        signed = fields | {"hash": signatures.payu_request(self._salt, fields)}
        return {"action": self._payment_url, "fields": signed}

    def ask(self, reference: str) -> tuple[Fact, ...]:
        """Return the facts of a payment's latest attempt, and of its refunds."""
        entry = self._details("verify_payment", reference).get(reference)
        if not isinstance(entry, dict) or str(entry.get("mihpayid")) == "Not Found":
            return ()
        facts = stated(payu_facts.payment_facts, entry)
        captured = any(fact.status == "captured" for fact in facts)
        return (*facts, *(self.ask_refunds(reference_in(entry, "mihpayid")) if captured else ()))

    def ask_refunds(self, attempt: str) -> tuple[Fact, ...]:
        """Return the facts of the refunds of an attempt."""
        entries = self._details("check_action_status", attempt, "payuid").get(attempt)
        found = entries.values() if isinstance(entries, dict) else ()
        actions = [entry for entry in found if isinstance(entry, dict)]
        return tuple(fact for entry in actions for fact in stated(payu_facts.refund_facts, entry))

    def capture(self, attempt: str, amount: int, currency: str) -> tuple[Fact, ...]:
        """Raise Permanent: our account at PayU captures at once."""
        raise Permanent(f"PayU captures at once: {attempt} {amount} {currency}")

    def cancel(self, reference: str) -> tuple[Fact, ...]:
        """Return what is known: an unpaid `txnid` has no state at PayU that could be ended."""
        return self.ask(reference)

    def refund(self, order: RefundOrder) -> tuple[Fact, ...]:
        """Refund an attempt, once per token. The answer accepts or refuses the request; its state is asked."""
        token = short_ids.shortened(order.id)
        content = self._command("cancel_refund_transaction", order.attempt, token, rupees(order.amount))
        known = self.ask_refunds(order.attempt)
        made = any(isinstance(fact, RefundFact) and fact.refund_id == order.id for fact in known)
        if content.get("status") not in {1, "1"} and not made:  # a token that is used already is refused too
            raise Permanent(f"{content.get('error_code')}: {content.get('msg')}"[:MAX_TEXT_LENGTH])
        return known

    def _details(self, command: str, *variables: str) -> Json:
        """Return the details by id; none for what PayU does not know."""
        details = self._command(command, *variables).get("transaction_details")
        return details if isinstance(details, dict) else {}

    def _command(self, command: str, *variables: str) -> Json:
        fields = {"key": self._key, "command": command}
        fields |= {f"var{number}": variable for number, variable in enumerate(variables, 1)}
        fields["hash"] = signatures.payu_command(self._key, command, variables[0], self._salt)
        return _checked(self.http.post(COMMANDS, data=fields))


def _signable(text: str) -> str:
    """Return a text without the separator of what is hashed: with it, other fields could have the same hash."""
    return text.replace("|", " ")


def _checked(answer: Response) -> Json:
    """Return the content of an answer. Wrong credentials are a 200 without details, with a text."""
    content = json_object(answer)
    if not succeeded(answer):
        raise refusal(answer, str(content.get("msg") or ""))
    if content.get("status") in {0, "0"} and "hash" in str(content.get("msg")).lower():
        raise Technical("PayU refuses our key or salt")
    return content
