"""Messages that are over are not sent, whatever has delayed them; acting on a subject counts as having seen it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from metaia.auth.mailed_links import service as mailed_links
from metaia.core.ids import new_id
from metaia.notifications import registry
from metaia.notifications.delivery import relevance
from metaia.orders import recipients
from metaia.orders.notifications import NOTIFICATION_TYPES
from metaia.orders.state import MACHINE
from tests.orders.conftest import Cast
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors
from tests.support.waiting import until

QUIET = {"quietHours": {"from": "00:00", "until": "20:00"}}


@pytest.fixture
def cast(world: World, phone: str) -> Cast:
    """Give the parties of an order; the tailor has a telephone."""
    parties = Cast(world)
    vars(parties)["tailor"] = world.person("tailor", phone=phone)
    return parties


def sms_of(pipeline: Pipeline, person: Person) -> tuple[str, str | None]:
    row = pipeline.only(person, "sms")
    return row.status, row.reason


def mails_to(smtp: Mailbox, person: Person) -> list[str]:
    return [mail["Subject"] for mail in smtp.to(person.user["email"])]


@pytest.mark.parametrize(
    ("who", "action", "body"),
    [
        ("tailor", "accept", {}),
        ("tailor", "reject", {"reason": "closed"}),
        ("tailor", "prepare", {}),
        ("tailor", "cancel", {}),
        ("customer", "cancel", {}),
        ("admin", "accept", {}),
    ],
)
def test_an_order_that_no_longer_waits_sends_no_sms(
    pipeline: Pipeline, vendors: Vendors, cast: Cast, phone: str, who: str, action: str, body: dict[str, str]
) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    pipeline.run()
    getattr(cast, who).act(order, action, **body)
    pipeline.end_pauses(cast.tailor)
    pipeline.run()
    assert vendors.stub.to(phone) == []
    assert sms_of(pipeline, cast.tailor) == ("cancelled", "outdated")


def test_an_order_that_still_waits_sends_its_sms(
    pipeline: Pipeline, vendors: Vendors, cast: Cast, phone: str
) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    pipeline.run()
    pipeline.end_pauses(cast.tailor)
    pipeline.run()
    (sms,) = vendors.stub.to(phone)
    assert sms.text == f"Order {order['orderNumber']} is waiting for you to accept it."
    assert sms_of(pipeline, cast.tailor) == ("sent", "fallback")


def test_after_quiet_hours_only_the_newest_status_is_sent(
    pipeline: Pipeline, cast: Cast, smtp: Mailbox
) -> None:
    assert cast.customer.patch("/api/notifications/preferences", QUIET).ok
    order = cast.customer.order(partnerId=cast.tailor.id)
    for action in ("accept", "prepare", "ready"):
        cast.tailor.act(order, action)
    pipeline.plan()
    assert cast.customer.patch("/api/notifications/preferences", {"quietHours": None}).ok
    pipeline.end_pauses(cast.customer)
    pipeline.run()
    assert sorted(mails_to(smtp, cast.customer)) == ["Order placed", "Order ready"]


def test_a_digest_leaves_out_what_is_over(pipeline: Pipeline, cast: Cast, smtp: Mailbox) -> None:
    assert cast.customer.patch("/api/notifications/preferences", {"digest": {"order": "hourly"}}).ok
    orders = [cast.customer.order(partnerId=cast.tailor.id) for _ in range(3)]
    pipeline.run()
    cast.customer.act(orders[0], "cancel")
    pipeline.end_pauses(cast.customer)
    pipeline.run()
    (digest,) = smtp.to(cast.customer.user["email"])
    assert digest["Subject"] == "2 news for you"
    text, _ = (part.get_content() for part in digest.iter_parts())
    assert [order["orderNumber"] in text for order in orders] == [False, True, True]


def test_a_retry_asks_again(pipeline: Pipeline, vendors: Vendors, cast: Cast, smtp: Mailbox) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    pipeline.run()
    smtp.mails.clear()
    smtp.answer = "451 later"
    cast.tailor.act(order, "accept")
    pipeline.run()
    smtp.answer = None
    cast.tailor.act(order, "ready")
    pipeline.end_pauses(cast.customer)
    pipeline.run()
    assert mails_to(smtp, cast.customer) == ["Order ready"]


def test_a_courier_that_lost_an_order_is_not_sent_to_it(
    pipeline: Pipeline, cast: Cast, smtp: Mailbox
) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.foreign_courier.id)
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    pipeline.run()
    assert mails_to(smtp, cast.foreign_courier) == ["Delivery withdrawn"]
    assert mails_to(smtp, cast.courier) == ["New delivery", "New delivery"]


def test_a_link_that_a_newer_one_replaced_is_not_mailed(
    pipeline: Pipeline, world: World, smtp: Mailbox
) -> None:
    person = world.person()
    for _ in range(2):
        assert mailed_links.send_requested("reset_password", person.user["email"], new_id())
    pipeline.run()
    assert mails_to(smtp, person) == ["Choose a new password"]
    assert [(row.status, row.reason) for row in pipeline.deliveries(person, "email")] == [
        ("cancelled", "outdated"),
        ("sent", None),
    ]


def test_acting_on_an_order_marks_its_notifications_as_read(
    pipeline: Pipeline, vendors: Vendors, cast: Cast, phone: str
) -> None:
    screen = cast.tailor.socket()
    order, other = (cast.customer.order(partnerId=cast.tailor.id) for _ in range(2))
    pipeline.run()
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)  # it still waits to be accepted
    until(lambda: relevance.mark_acted() or unread(cast.tailor) == [other["id"]], "the act is read")
    assert unread(cast.tailor) == [other["id"]]
    assert unread(cast.customer).count(order["id"]) == 2, "the customer has not acted since"
    (event,) = screen.wait("notifications:unread")
    assert (event["by"], len(event["read"])) == (-1, 1)
    pipeline.end_pauses(cast.tailor)
    pipeline.run()
    assert len(vendors.stub.to(phone)) == 1
    assert [(row.status, row.reason) for row in pipeline.deliveries(cast.tailor, "sms")] == [
        ("cancelled", "seen"),
        ("sent", "fallback"),
    ]


def test_a_fallback_asks_for_the_acts_of_the_last_seconds(pipeline: Pipeline, cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    pipeline.run()
    screen = cast.tailor.socket()
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    screen.wait("order_update", where=lambda update: update["order"]["deliveryPartnerId"] == cast.courier.id)
    pipeline.end_pauses(cast.tailor)
    pipeline.run()
    assert sms_of(pipeline, cast.tailor) == ("cancelled", "seen")


def unread(person: Person) -> list[str]:
    """Return the order ids of a person's unread notifications."""
    found = person.get("/api/notifications?unread=true").json()["data"]["notifications"]
    return [notification["relatedOrder"] for notification in found]


def test_a_check_with_a_bug_holds_nothing_back(
    pipeline: Pipeline, cast: Cast, smtp: Mailbox, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> set[str]:
        raise KeyError("orderId")

    monkeypatch.setitem(registry.TRUTH_CHECKS.of(app), "order", registry.TruthCheck(broken))
    cast.customer.order(partnerId=cast.tailor.id)
    pipeline.run()
    assert mails_to(smtp, cast.customer) == ["Order placed"]


def test_a_check_without_a_database_sends_nothing(
    pipeline: Pipeline, cast: Cast, smtp: Mailbox, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Any) -> set[str]:
        raise OperationalError("SELECT", {}, Exception("PostgreSQL is away"))

    monkeypatch.setitem(registry.TRUTH_CHECKS.of(app), "order", registry.TruthCheck(away))
    cast.customer.order(partnerId=cast.tailor.id)
    with pytest.raises(OperationalError):
        pipeline.run()
    assert smtp.mails == []
    assert pipeline.only(cast.customer, "email").status == "sending", "another worker takes it over"


def test_every_type_of_orders_has_a_rule_with_existing_statuses() -> None:
    assert {type_.name for type_ in NOTIFICATION_TYPES} == {*recipients.TRUE_IN, recipients.WITHDRAWN}
    named = {status for statuses in recipients.TRUE_IN.values() for status in statuses}
    assert named == set(MACHINE.states)
