"""PayU India: payments by a signed form, and commands."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha512
from itertools import count

from metaia.core.json import Json
from metaia.dev.stubs.server import Stub
from metaia.dev.stubs.vendor import Answer, Call, World

KEY, SALT = "gtKFFx", "payu-salt"
UDFS = ["udf1", "udf2", "udf3", "udf4", "udf5"]


class Books:
    """What PayU knows. `pay` is what the customer's browser and PayU do."""

    def __init__(self, first: int = 403993715521937565) -> None:
        self.transactions: dict[str, Json] = {}  # the latest attempt, by our txnid
        self.actions: dict[str, dict[str, Json]] = {}  # by mihpayid and request
        self._numbers = count(first)

    def stub(self) -> Stub:
        """Return a server with these books."""
        return Stub({}, paths=((r"/merchant/postservice\.php\?form=2", "payu", self.answer),))

    def answer(self, call: Call, _: World) -> Answer:
        given = call.form()
        signed = "|".join([KEY, given.get("command", ""), given.get("var1", ""), SALT])
        if given.get("key") != KEY or given.get("hash") != sha512(signed.encode()).hexdigest():
            return Answer(200, {"status": 0, "msg": "Invalid Hash."})
        return Answer(200, getattr(self, given["command"])(given))

    def verify_payment(self, given: dict[str, str]) -> Json:
        txnid = given["var1"]
        found = self.transactions.get(txnid, {"mihpayid": "Not Found", "status": "Not Found"})
        count_ = int(txnid in self.transactions)
        text = f"{count_} out of 1 Transactions Fetched Successfully"
        return {"status": count_, "msg": text, "transaction_details": {txnid: found}}

    def check_action_status(self, given: dict[str, str]) -> Json:
        assert given["var2"] == "payuid"
        found = self.actions.get(given["var1"])
        details = {given["var1"]: found or "No action status found"}
        return {"status": int(bool(found)), "msg": "", "transaction_details": details}

    def cancel_refund_transaction(self, given: dict[str, str]) -> Json:
        attempt, token, amount = given["var1"], given["var2"], Decimal(given["var3"])
        payment = next((each for each in self.transactions.values() if each["mihpayid"] == attempt), None)
        if payment is None:
            return {"status": 0, "msg": "Invalid payuid", "error_code": 105}
        known = self.actions.setdefault(attempt, {})
        refunds = [each for each in known.values() if each["action"] == "refund"]
        if len(token) > 23 or not token.isalnum() or any(each["token"] == token for each in refunds):
            return {"status": 0, "msg": "Duplicate refund request", "error_code": 230}
        if sum(Decimal(each["amt"]) for each in refunds) + amount > Decimal(payment["transaction_amount"]):
            return {"status": 0, "msg": "Refund amount exceeds", "error_code": 231}
        request = str(next(self._numbers))
        known[request] = {
            "mihpayid": attempt, "bank_ref_num": None, "request_id": request, "amt": f"{amount:.2f}",
            "mode": "CC", "action": "refund", "token": token, "status": "queued", "bank_arn": None,
        }  # fmt: skip
        return {"status": 1, "msg": "Refund Request Queued", "request_id": request, "mihpayid": attempt}

    def pay(
        self, form: dict[str, str], status: str = "success", unmapped: str = "captured"
    ) -> dict[str, str]:
        """Pay with the form of `toPay`, and return the form that PayU posts back. Raises AssertionError."""
        names = ["key", "txnid", "amount", "productinfo", "firstname", "email", *UDFS]
        signed = "|".join([*(form.get(name, "") for name in names), "", "", "", "", "", SALT])
        assert form["hash"] == sha512(signed.encode()).hexdigest()
        assert form["txnid"].isalnum()
        assert len(form["txnid"]) <= 25
        attempt = str(next(self._numbers))
        self.transactions[form["txnid"]] = {
            "mihpayid": attempt, "txnid": form["txnid"], "transaction_amount": form["amount"], "amt": form["amount"],
            "status": status, "unmappedstatus": unmapped, "mode": "UPI", "error_code": "E000",
            "addedon": "2026-01-10 17:30:00",
        }  # fmt: skip
        self.actions[attempt] = {}
        return self.returned(
            {
                "mihpayid": attempt, "mode": "UPI", "status": status, "unmappedstatus": unmapped,
                "error": "E000", **{name: form.get(name, "") for name in names},
            }
        )  # fmt: skip

    def returned(self, form: dict[str, str], salt: str = SALT) -> dict[str, str]:
        """Return a form of PayU with its hash."""
        names = [
            "udf5",
            "udf4",
            "udf3",
            "udf2",
            "udf1",
            "email",
            "firstname",
            "productinfo",
            "amount",
            "txnid",
            "key",
        ]
        texts = [salt, form["status"], "", "", "", "", "", *(form.get(name, "") for name in names)]
        extra = form.get("additionalCharges")
        signed = "|".join([*([extra] if extra else []), *texts])
        return form | {"hash": sha512(signed.encode()).hexdigest()}
