"""Objects of notifications, campaigns, webhooks and money for the matrix: a new one per call, in its state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from metaia.bookings.calendars.models import CalendarRow
from metaia.bookings.services.models import ServiceRow
from metaia.bookings.services.service import DEFAULTS
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.chat.messages import service as message_service
from metaia.chat.messages.schemas import SendMessage
from metaia.chat.moderation import create as reporting
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.couriers.models import CourierShiftRow
from metaia.deliveries.models import DeliveryWaveRow
from metaia.finance.adjustments.models import AdjustmentRow
from metaia.finance.credit_requests import service as request_service
from metaia.finance.credit_requests.models import CreditRequestRow
from metaia.finance.payout_accounts import service as payout_account_service
from metaia.finance.payout_accounts.schemas import BANK
from metaia.finance.payouts import booking as payout_booking
from metaia.finance.payouts.models import PayoutRow
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.ledger.holds import service as hold_service
from metaia.notifications import queries
from metaia.notifications import service as notification_service
from metaia.notifications.campaigns.models import CampaignRow
from metaia.notifications.content import unsubscribe_links
from metaia.notifications.delivery.models import DeliveryRow
from metaia.notifications.devices.models import DeviceRow
from metaia.notifications.suppressions import queries as suppression_queries
from metaia.notifications.suppressions import service as suppression_service
from metaia.orders.models import OrderRow
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.refunds import service as refund_service
from metaia.shops import queries as shop_queries
from metaia.shops import service as shop_service
from metaia.shops.queries import Shop
from metaia.webhooks.models import WebhookRow
from metaia.webhooks.replays.models import ReplayRow
from metaia.webhooks.replays.result import empty
from tests.payments.facts import attempt
from tests.payments.facts import dispute as of_dispute
from tests.payments.facts import refund as of_refund
from tests.security.matrix_table import PARTNERS
from tests.support import chats
from tests.support.campaigns import crowd
from tests.support.people import Person
from tests.support.reviews import publish_profile

# the status of a campaign before an action; otherwise it is a draft
INITIAL_STATUS = {"pause": "running", "resume": "paused"}


ON_OFFER = frozenset({"claim", "decline", "offer"})  # actions on a delivery that no courier has


def begin_shift(owner: Person) -> None:
    """Put a user on shift."""
    values = {"working": True, "vehicle": "car", "since": now(), "version": 1}
    begun = insert(CourierShiftRow).values(courier_id=owner.id, **values)
    with db.transaction():
        db.execute(begun.on_conflict_do_update(index_elements=["courier_id"], set_=values))


def offer_order(order_id: str) -> str:
    """Return the id of the delivery of an order; all couriers may claim it, if it is offered."""
    delivery_id = new_id()
    mine = OrderRow.id == order_id
    with db.transaction():
        db.execute(update(OrderRow).where(mine).values(delivery_id=delivery_id))
        wanted = db.fetch_value(select(OrderRow.courier_wanted_at).where(mine))
        if wanted is not None:
            db.append(
                DeliveryWaveRow, order_id=order_id, wanted_at=wanted, reach="pool", wave=4, next_at=None
            )
    return delivery_id


def notification(owner: Person) -> str:
    """Return the id of a new notification of `owner`."""
    with db.transaction():
        notification_service.notify(owner.id, "account_viewed", {})
    rows, _ = queries.page(owner.id, filters={}, sort="-createdAt", limit=1, cursor=None)
    return str(rows[0].id)


def published(owner: Person) -> str:
    """Return the id of a partner, which has a published profile then."""
    publish_profile(owner.id)
    return owner.id


def for_chat(path: str, people: dict[str, Person]) -> dict[str, str]:
    """Return objects of chat that the example of a route may be about, by the names in its path."""
    customer, admin = people["customer"], people["super_admin"]
    shared = chats.conversation(admin, customer, kind="group", owner=admin)
    if path.endswith(("/assign", "/close", "/reopen")):
        chats.change(shared, kind="support", owner_id=people["customer"].world.person().id)
    if path.endswith("/join"):
        shared = chats.conversation(customer, kind="group", owner=customer)
    reported = "/reports" in path
    sender = people["tailor"] if reported else admin
    found = {"conversation_id": shared, "report_id": report(customer), "emoji": "👍"}
    return found | {"message_id": message(sender, customer)}


def report(owner: Person) -> str:
    """Return the id of a new call for support of `owner`."""
    talk = chats.conversation(owner, kind="group", owner=owner)
    with db.transaction():
        reporting.call_support(owner.id, talk, "because of a test")
    return str(
        db.fetch_value(text("SELECT id FROM chat_reports WHERE conversation_id = :talk"), {"talk": talk})
    )


def message(owner: Person, other: Person) -> str:
    """Return the id of a new message of `owner` in a group with another user."""
    group = chats.conversation(owner, other, kind="group", owner=owner)
    given = SendMessage().load(chats.body())
    actor = Actor(owner.id, owner.user["role"], "", 0)
    return str(message_service.send(actor, group, given).message["id"])


def delivery(owner: Person) -> str:
    """Return the id of a new failed delivery of `owner`, in a queue without workers, so that a retry sends nothing."""
    id_, moment, notification_id = new_id(), now(), notification(owner)
    with db.transaction():
        db.append(
            DeliveryRow, id=id_, notification_id=notification_id, user_id=owner.id, channel="email", queue="matrix",
            address=owner.user["email"], status="failed", digest=False, unless_seen=False, due_at=moment,
            attempts=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def device(owner: Person) -> str:
    """Return the id of a new device of `owner`."""
    id_ = new_id()
    with db.transaction():
        db.append(DeviceRow, id=id_, user_id=owner.id, kind="fcm", token=id_, keys={}, registered_at=now())
    return id_


def unsubscribe_token(owner: Person) -> str:
    """Return the token of the unsubscribe link in the mails of `owner`."""
    return str(unsubscribe_links.address(owner.id, "order")).rpartition("=")[2]


def suppression(owner: Person) -> str:
    """Return the id of a complaint of `owner`, whose address is verified."""
    address = owner.user["email"]
    with db.transaction():
        db.execute(text("UPDATE users SET email_verified_at = now() WHERE id = :id"), {"id": owner.id})
        suppression_service.suppress("email", address, "complaint")
    return str(suppression_queries.active([("email", address)])[0].id)


def campaign(owner: Person, action: str) -> str:
    """Return the id of a new campaign of `owner`, in the status for `action`, with an empty audience."""
    id_, moment, body = new_id(), now(), crowd().body()
    with db.transaction():
        db.append(
            CampaignRow, id=id_, name=body["name"], title=body["title"], message=body["message"],
            channels=body["channels"], audience=body["audience"], rate_per_minute=body["ratePerMinute"],
            status=INITIAL_STATUS.get(action, "draft"), version=1, recipients=0, created_by=owner.id,
            created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def webhook() -> str:
    """Return the id of a new webhook call without content, in quarantine."""
    id_ = new_id()
    with db.transaction():
        db.append(
            WebhookRow, id=id_, source="sendgrid", key=id_, query="", headers={}, body=b"[]", received_at=now(),
            tries=1,
        )  # fmt: skip
    return id_


def replay(owner: Person) -> str:
    """Return the id of a new replay for real, which is done."""
    id_, moment = new_id(), now()
    with db.transaction():
        db.append(
            ReplayRow, id=id_, dry_run=False, calls=[], left=[], result=empty(), requested_by=owner.id,
            created_at=moment, done_at=moment, tries=0,
        )  # fmt: skip
    return id_


def shop(owner: Person, status: str) -> str:
    """Return the id of `owner`, who gets a profile with a status."""
    moment = now()
    with db.transaction():
        known = shop_queries.get(owner.id)
        blank = Shop(owner.id, new_id()[-12:], "A shop", "INR", "UTC", status, moment, moment)
        if known is None:
            shop_service.insert_row(blank)
        else:
            shop_service.write(
                Actor(owner.id, owner.user["role"], "", 0), known, replace(known, status=status)
            )
    return owner.id


def posting() -> str:
    """Return the id of a new posting."""
    book = (debit(Account("bank", "matrix", "INR"), 5), credit(Account("suspense", "matrix", "INR"), 5))
    with db.transaction():
        return ledger_service.post(Posting(new_id(), "test", book))


def adjustment(owner: Person) -> str:
    """Return the id of a new adjustment that `owner` has requested."""
    id_, moment = new_id(), now()
    lines = [
        {"kind": kind, "owner": "matrix", "amount": amount} for kind, amount in (("bank", 5), ("sales", -5))
    ]
    with db.transaction():
        db.append(
            AdjustmentRow, id=id_, status="pending", lines=lines, currency="INR", reason="a test",
            requested_by=owner.id, version=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def payout(owner: Person, action: str) -> str:
    """Return the id of a new payout of `owner`, in the status for `action`, with its hold and account."""
    id_, moment = new_id(), now()
    with db.transaction():
        account = payout_account_service.put(
            owner.id,
            {"method": BANK, "holder": "x", "account_number": "1" * 9, "bank_code": "HDFC0001234"},
            None,
        )
        own = payout_booking.earned("partner", owner.id, "INR")
        ledger_service.post(
            Posting(new_id(), "test", [debit(Account("suspense", "matrix", "INR"), 5), credit(own, 5)])
        )
        hold_service.hold(id_, own, 5)
        row = PayoutRow(
            id=id_, user_id=owner.id, amount=5, currency="INR", source="partner", status="requested",
            account=account.masked, account_version=account.version, netted=0, version=1, created_at=moment,
            updated_at=moment,
        )  # fmt: skip
        if action in {"paid", "failed"}:
            row.status = "sent"
            ledger_service.post(payout_booking.step(row, "sent"))
        values = {column.name: getattr(row, column.name) for column in PayoutRow.__table__.columns}
        db.append(PayoutRow, **values)
    return id_


def credit_request(owner: Person) -> str:
    """Return the id of a new credit request of `owner`, whose earlier ones are withdrawn."""
    id_, moment = new_id(), now()
    with db.transaction():
        request_service.erase(owner.id)
        db.append(
            CreditRequestRow, id=id_, user_id=owner.id, currency="INR", amount=5, reason="a test", status="pending",
            version=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def payment(owner: Person, *, provider: str = "razorpay") -> str:
    """Return the id of a new captured payment to `owner` if they are a partner, else by them."""
    name, column = new_id(), "partner_id" if owner.user["role"] in PARTNERS else "payer_id"
    with db.transaction():
        paid = attempt(0, "captured", 100_000, name, provider=provider)
        payment_service.take([paid], source="matrix")
        known = text(f"UPDATE payments SET {column} = :owner WHERE reference = :name RETURNING id")
        return str(db.execute(known, {"owner": owner.id, "name": name}).scalar_one())


def refund(owner: Person, action: str) -> str:
    """Return the id of a new refund of a payment of `owner`: failed before a retry, else requested."""
    with db.transaction():
        [made] = refund_service.request(payment(owner), 100, "other")
        if action == "retry":
            failed = of_refund(1, "failed", 100, made.id, reference=made.id, attempt=made.attempt)
            payment_service.take([failed], source="matrix")
            db.execute(text("UPDATE refunds SET version = 1 WHERE id = :id"), {"id": made.id})
    return made.id


def dispute(owner: Person) -> str:
    """Return the id of a new dispute about a payment of `owner`, at Stripe, which takes answers without files."""
    payment_id, name = payment(owner, provider="stripe"), new_id()
    [paid, *_] = payment_queries.facts(payment_id)
    opened = of_dispute(1, "open", 100, name)
    with db.transaction():
        fact = replace(opened, provider="stripe", attempt=paid.reference)
        payment_service.take([fact], source="matrix")
        return str(db.fetch_value(text("SELECT id FROM disputes WHERE reference = :name"), {"name": name}))


def calendar(owner: Person) -> str:
    """Return the id of a calendar of any user."""
    calendar_id, moment = new_id(), now()
    values = {"partner_id": owner.id, "name": "Chair", "time_zone": "UTC", "weekly": {}, "active": True}
    with db.transaction():
        db.append(CalendarRow, id=calendar_id, **values, version=1, created_at=moment, updated_at=moment)
    return calendar_id


def service(owner: Person) -> str:
    """Return the id of a service of any user, in a calendar of theirs."""
    service_id, moment = new_id(), now()
    values = DEFAULTS | {
        "partner_id": owner.id,
        "name": "Cut",
        "duration_minutes": 30,
        "price": 1,
        "currency": "INR",
    }
    values |= {"media_ids": [], "active": True, "version": 1, "created_at": moment, "updated_at": moment}
    with db.transaction():
        db.append(ServiceRow, id=service_id, **values, words="")
    return service_id


def wait(owner: Person) -> str:
    """Return the id of a new entry of `owner` in a waiting list."""
    id_, moment, service_id = new_id(), now(), service(owner)
    with db.transaction():
        db.append(
            BookingWaitRow, id=id_, customer_id=owner.id, service_id=service_id, starts_from=moment,
            starts_to=moment + timedelta(days=1), seats=1, state="waiting", created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_
