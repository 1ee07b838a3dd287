"""The money of the demo data: commissions, credit, refunds, a dispute, cash and payouts, by the product's services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.dev import demo_data
from metaia.dev.flushing import flush
from metaia.finance import days
from metaia.finance.cash import service as cash_service
from metaia.finance.commission import service as commission_service
from metaia.finance.credit import queries as credit_queries
from metaia.finance.credit import service as credit_service
from metaia.finance.credit_requests import service as request_service
from metaia.finance.payout_accounts import service as account_service
from metaia.finance.payouts import queries as payout_queries
from metaia.finance.payouts import service as payout_service
from metaia.finance.settlements.service import Settlements
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.orders import queries
from metaia.orders.models import OrderRow
from metaia.orders.money import purpose
from metaia.orders.payment.state import COD, CREDIT, NONE, ONLINE
from metaia.orders.queries import Order
from metaia.payments import service as payment_service
from metaia.payments.models import PaymentRow
from metaia.payments.queries import COLUMNS, Payment
from metaia.payments.refunds import service as refund_service
from metaia.providers.payments.facts import AttemptFact, DisputeFact, RefundFact

PROVIDER, CURRENCY = "demo", "INR"
COMMISSION = 1000  # basis points
LIMIT, TERM_DAYS = 20_000_000, 30  # in paise
ON_CREDIT = "customer"  # the login of the customer with credit
LATELY = timedelta(days=2)
People = dict[str, Actor]


def prepare(people: People) -> None:
    """Set the commission, and open a customer's credit, before orders are placed."""
    commission_service.put(
        {"partner_id": None, "from_day": days.today(), "basis_points": COMMISSION, "reason": "The usual rate"}
    )
    credit_service.put(people[ON_CREDIT].id, CURRENCY, LIMIT, TERM_DAYS, "A customer for years")
    wanted = {"currency": CURRENCY, "limit": Decimal(5000), "reason": "I order each week."}
    request_service.request(people["customer2"], wanted)


def methods(path: demo_data.Path, login: str, currency: str) -> tuple[str, ...]:
    """Return how an order can be paid; an ended one would be refunded by a provider that does not know the payment."""
    ended = {"reject", "cancel"} & {action for _, action in path.steps}
    online = () if ended else (ONLINE,)
    return (NONE, COD, *online, *((CREDIT,) if (login, currency) == (ON_CREDIT, CURRENCY) else ()))


def pay(order: Order) -> Order:
    """Pay an order by the demo provider."""
    fact = AttemptFact(
        provider=PROVIDER, reference=f"demo_{order.order_number}", status="captured", amount=order.total,
        currency=order.currency, at=order.created_at, method="card",
    )  # fmt: skip
    payment_service.take([fact], source=PROVIDER, purpose=purpose.of(order))
    return queries.get(order.id) or order


def settle(people: People) -> None:
    """Refund two completed orders, dispute a third, repay credit, hand cash over, and pay partners out."""
    whole, part, disputed, *_ = _completed()
    _refund(whole, None, people["admin"])
    _refund(part, part.amount // 200 * 100, people["admin"])
    _dispute(disputed)
    _repay(people[ON_CREDIT])
    _hand_over(people["admin"], people["delivery"])
    _pay_out(people["admin"], people["tailor"], paid=True)
    _pay_out(people["admin"], people["vendor"], paid=False)


def _completed() -> list[Payment]:
    """Return the online payments of completed orders with a partner, the earliest first."""
    query = select(*COLUMNS).join(OrderRow, OrderRow.id == PaymentRow.order_id)
    done = (PaymentRow.provider == PROVIDER, PaymentRow.currency == CURRENCY, OrderRow.status == "completed")
    sold = query.where(*done, OrderRow.partner_id.is_not(None)).order_by(PaymentRow.id)
    return [Payment(*row) for row in db.fetch_all(sold)]


def _refund(payment: Payment, amount: int | None, admin: Actor) -> None:
    [made] = refund_service.request(payment.id, amount, "requested_by_customer", "A wrong size", admin.id)
    processed = RefundFact(
        provider=PROVIDER, reference=f"ref_{made.id}", status="processed", amount=made.amount,
        currency=made.currency, at=now(), attempt=made.attempt, refund_id=made.id,
    )  # fmt: skip
    payment_service.take([processed], source=PROVIDER)


def _dispute(payment: Payment) -> None:
    """Let the customer's bank ask the money back, which is not decided yet."""
    fact = DisputeFact(
        provider=PROVIDER, reference=f"disp_{new_id()}", status="open", amount=payment.amount,
        currency=payment.currency, at=now() - LATELY, attempt=payment.reference or "", reason="not_received",
    )  # fmt: skip
    payment_service.take([fact], source=PROVIDER)


def _repay(customer: Actor) -> None:
    """Repay a part of what is owed on credit."""
    account = credit_queries.get(customer.id, CURRENCY)
    amount = credit_queries.usage(account).balance // 200 * 100 if account else 0
    if amount:
        kind = Settlements()
        settlement = kind.open(customer.id, CURRENCY, amount)
        flush()
        fact = AttemptFact(
            provider=PROVIDER, reference=f"demo_{settlement}", status="captured", amount=amount, currency=CURRENCY,
            at=now() - LATELY, method="netbanking",
        )  # fmt: skip
        payment_service.take([fact], source=PROVIDER, purpose=kind.read(settlement))


def _hand_over(admin: Actor, courier: Actor) -> None:
    """Count a part of the cash that the courier has collected."""
    account = Account("cash", courier.id, CURRENCY)
    amount = ledger_queries.balances([account])[account] // 200 * 100
    if amount:
        counted = {"amount": Decimal(amount // 100), "short": Decimal(0)}
        body = {"user_id": courier.id, "currency": CURRENCY, **counted}
        cash_service.hand_over(admin, body)


def _pay_out(admin: Actor, partner: Actor, *, paid: bool) -> None:
    """Request a payout of all that is available; with `paid`, it has reached the partner's bank."""
    details = {"method": "upi", "holder": "Demo Partner", "upi": "partner@demobank"}
    account_service.put(partner.id, details, None)
    if payout_queries.balance(partner.id, "partner", CURRENCY).available <= 0:
        return
    made = payout_service.request(partner, {"currency": CURRENCY, "amount": None})
    flush()
    if paid:
        payout_service.act(admin, made.id, "approve", {}, None)
        flush()
        payout_service.send(made.id)
        flush()
        payout_service.act(admin, made.id, "paid", {"reference": "UTR-DEMO-1"}, None)
