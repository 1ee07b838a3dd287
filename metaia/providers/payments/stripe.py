"""Payments by Stripe (docs.stripe.com/api)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from metaia.providers.http import (
    BearerAuth,
    HttpProvider,
    Json,
    VendorClient,
    json_objects,
)
from metaia.providers.payments import stripe_facts
from metaia.providers.payments.answers import entity_in, reference_in, stated
from metaia.providers.payments.facts import Fact
from metaia.providers.payments.interface import Evidence, EvidenceFile, Intent, Opened, RefundOrder
from metaia.providers.payments.wire_amounts import STRIPE

VERSION = "2026-10-28.endive"  # the shapes that stripe_facts reads
EXPANDED = "expand[]=latest_charge.balance_transaction"  # the fee


class Stripe(HttpProvider):
    """A payment is an intent, which is its only attempt. Each call has a key, so that a repetition acts once."""

    name = stripe_facts.NAME
    reusable = True

    def __init__(self, secret_key: str, publishable_key: str, base_url: str, files_url: str) -> None:
        self.http = VendorClient(base_url, BearerAuth(secret_key), name="stripe")
        self._files = VendorClient(files_url, BearerAuth(secret_key), name="stripe")
        self._publishable_key = publishable_key

    def check(self, amount: int, currency: str) -> None:
        """Raise UnpayableAmount if the amount cannot be sent exactly."""
        STRIPE.to_wire(amount, currency)

    def create(self, intent: Intent) -> Opened:
        """Open an intent. Raises UnpayableAmount, Temporary, Permanent and Technical."""
        fields = {
            "amount": STRIPE.to_wire(intent.amount, intent.currency), "currency": intent.currency.lower(),
            "description": intent.description, "automatic_payment_methods[enabled]": "true",
            "metadata[paymentId]": intent.id,
        }  # fmt: skip
        if intent.email:
            fields["receipt_email"] = intent.email
        made = self._post("/v1/payment_intents", fields, key=f"create-{intent.id}")
        return Opened(reference_in(made), self._secret(made))

    def to_pay(self, reference: str, intent: Intent) -> Json:  # noqa: ARG002 - Stripe knows the rest
        """Return the secret of an intent, which is asked: it is stored nowhere."""
        return self._secret(self._get(f"/v1/payment_intents/{quote(reference, safe='')}"))

    def _secret(self, intent: Json) -> Json:
        return {"publishableKey": self._publishable_key, "clientSecret": intent.get("client_secret")}

    def ask(self, reference: str) -> tuple[Fact, ...]:
        """Return the facts of an intent, its fee and its refunds."""
        entity = self._get(f"/v1/payment_intents/{quote(reference, safe='')}?{EXPANDED}")
        facts = stated(stripe_facts.intent_facts, entity)
        captured = any(fact.status == "captured" for fact in facts)
        return (*facts, *(self.ask_refunds(reference) if captured else ()))

    def ask_refunds(self, attempt: str) -> tuple[Fact, ...]:
        """Return the facts of the refunds of an intent."""
        path = f"/v1/refunds?payment_intent={quote(attempt, safe='')}&limit=100"
        refunds = json_objects(self._get(path).get("data"))
        return tuple(fact for refund in refunds for fact in stated(stripe_facts.refund_facts, refund))

    def capture(self, attempt: str, amount: int, currency: str) -> tuple[Fact, ...]:
        """Capture an authorized intent; what is not captured is released."""
        fields = {"amount_to_capture": STRIPE.to_wire(amount, currency)}
        path = f"/v1/payment_intents/{quote(attempt, safe='')}/capture"
        return stated(stripe_facts.intent_facts, self._post(path, fields, key=f"capture-{attempt}-{amount}"))

    def cancel(self, reference: str) -> tuple[Fact, ...]:
        """Cancel an intent. One that has succeeded raises Permanent."""
        path = f"/v1/payment_intents/{quote(reference, safe='')}/cancel"
        return stated(stripe_facts.intent_facts, self._post(path, {}, key=f"cancel-{reference}"))

    def refund(self, order: RefundOrder) -> tuple[Fact, ...]:
        """Refund an intent, once per id."""
        fields = {
            "payment_intent": order.attempt, "amount": STRIPE.to_wire(order.amount, order.currency),
            f"metadata[{stripe_facts.OUR_ID}]": order.id,
        }  # fmt: skip
        made = self._post("/v1/refunds", fields, key=f"refund-{order.id}")
        return stated(stripe_facts.refund_facts, made)

    def ask_dispute(self, dispute: str) -> tuple[Fact, ...]:
        """Return the facts of a dispute."""
        return stated(stripe_facts.dispute_facts, self._get(f"/v1/disputes/{quote(dispute, safe='')}"))

    def accept_dispute(self, dispute: str) -> tuple[Fact, ...]:
        """Close a dispute as lost. One that is decided already raises Permanent."""
        closed = self._post(f"/v1/disputes/{quote(dispute, safe='')}/close", {}, key=f"close-{dispute}")
        return stated(stripe_facts.dispute_facts, closed)

    def contest_dispute(self, dispute: str, evidence: Evidence) -> tuple[Fact, ...]:
        """Submit a summary, and of several files the first: Stripe takes one file of no special kind."""
        fields = {"evidence[uncategorized_text]": evidence.summary, "submit": "true"}
        for file in evidence.files[:1]:
            fields["evidence[uncategorized_file]"] = self._file(file, key=f"file-{evidence.id}")
        path = f"/v1/disputes/{quote(dispute, safe='')}"
        submitted = self._post(path, fields, key=f"contest-{evidence.id}")
        return stated(stripe_facts.dispute_facts, submitted)

    def _file(self, file: EvidenceFile, *, key: str) -> str:
        headers = {"Stripe-Version": VERSION, "Idempotency-Key": key}
        files = {"file": (file.name, file.content, file.content_type)}
        path, data = "/v1/files", {"purpose": "dispute_evidence"}
        return reference_in(entity_in(self._files.post(path, data=data, files=files, headers=headers)))

    def close(self) -> None:
        """Close the kept connections."""
        super().close()
        self._files.close()

    def _get(self, path: str) -> Json:
        return entity_in(self.http.request("GET", path, headers={"Stripe-Version": VERSION}))

    def _post(self, path: str, fields: Mapping[str, object], *, key: str) -> Json:
        headers = {"Stripe-Version": VERSION, "Idempotency-Key": key}
        return entity_in(self.http.post(path, data=fields, headers=headers))
