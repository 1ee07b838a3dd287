"""The page of a payment: what a customer and the bank can do. It has no script, and a strict policy."""

from __future__ import annotations

import re
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from jinja2 import Environment

from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.dev.stubs.demo_payments.books import Books, Refused, status_of
from metaia.dev.stubs.vendor import Answer, Call

_FOLDER = files("metaia.dev.stubs.demo_payments")
_CSS = _FOLDER.joinpath("page.css").read_bytes()
_TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    _FOLDER.joinpath("page.html").read_text(encoding="utf-8")
)
# By name of the action: its button and what happens. The customer then returns to the shop.
ACTIONS = {
    "pay": ("Pay", "The money is captured."),
    "authorize": ("Reserve", "The money is authorized; an admin captures or cancels it."),
    "decline": ("Decline", "The bank declines; another attempt is possible."),
    "pay-late": ("Pay late", "The bank declines, and captures the money some seconds later."),
    "pay-twice": ("Pay twice", "The money is captured two times."),
    "close": ("Close", "The customer leaves without paying."),
}
REFUND_ACTIONS = {
    "process": ("pending", "processed"),
    "fail": ("pending", "failed"),
    "return": ("processed", "failed"),
}


def answer(call: Call, books: Books) -> Answer:
    """Return the page of a payment, its style, or the redirect after an action."""
    path = urlsplit(call.path).path
    if path == "/demo-payments/page.css":
        return Answer(200, _CSS, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=3600"})
    found = re.fullmatch(r"/demo-payments/(demo_\w+)(?:/([a-z-]+)(?:/(ref_\w+))?)?", path)
    try:
        payment = books.find(found[1] if found else "")
        if found and found[2]:
            return _act(books, payment, found[2], found[3]) if call.method == "POST" else _see(payment)
    except Refused:
        return _html(404, payment=None, origin="")
    return _page(payment)


def _act(books: Books, payment: Json, action: str, refund_id: str | None) -> Answer:
    if refund_id:
        for refund in payment["refunds"]:
            before, after = REFUND_ACTIONS.get(action, ("", ""))
            if refund["id"] == refund_id and status_of(refund) == before:
                books.change(payment, refund, after)
        return _see(payment)
    if action not in ACTIONS:
        raise Refused("unknown_action")
    if not payment["closed"]:
        _pay(books, payment, action)
    return _see(payment) if not payment["returnUrl"] else _redirect(_returned(payment))


def _pay(books: Books, payment: Json, action: str) -> None:
    if action == "pay-late":
        books.pay_late(payment)
    for _ in range({"pay": 1, "pay-twice": 2}.get(action, 0)):
        books.attempt(payment, "authorized", "captured")
    if action == "authorize":
        books.attempt(payment, "authorized")
    if action == "decline":
        books.attempt(payment, "failed")


def _page(payment: Json) -> Answer:
    amounts = {
        each["id"]: _shown(each["amount"], payment["currency"])
        for each in (payment, *payment["attempts"], *payment["refunds"])
    }
    possible = {
        refund["id"]: [name for name, (before, _) in REFUND_ACTIONS.items() if status_of(refund) == before]
        for refund in payment["refunds"]
    }
    return _html(
        200, payment=payment, amounts=amounts, actions=ACTIONS, possible=possible, status_of=status_of,
        origin=_origin(payment["returnUrl"]),
    )  # fmt: skip


def _html(status: int, *, origin: str, **values: object) -> Answer:
    """Return the page. After an action the browser may only be sent on to the shop."""
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"{policy} {origin}".strip(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Answer(status, _TEMPLATE.render(**values).encode(), headers)


def _see(payment: Json) -> Answer:
    return _redirect(f"/demo-payments/{payment['id']}")


def _redirect(location: str) -> Answer:
    return Answer(303, b"", {"Location": location, "Cache-Control": "no-store"})


def _returned(payment: Json) -> str:
    """Return the shop's address with the payment's id."""
    parts = urlsplit(payment["returnUrl"])
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("payment", payment["paymentId"])])
    return urlunsplit(parts._replace(query=query))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    plain = re.fullmatch(r"[\w.:\[\]-]+", parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and plain else ""


def _shown(amount: int, currency: str) -> str:
    return f"{to_major(amount, currency)} {currency}"
