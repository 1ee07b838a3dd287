"""The effect of vendors' webhooks on deliveries."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.notifications.delivery.models import AttemptRow
from metaia.notifications.suppressions import queries as suppression_queries
from metaia.webhooks import jobs, service
from tests.support.people import Person, World
from tests.webhooks.conftest import delivery, process, receipts_of, stored, suppressed
from tests.webhooks.vendors import Vendors, event

BOUNCE = "permanent_bounce"


def execute(statement: str, **values: Any) -> None:
    with db.transaction():
        db.execute(text(statement), values)


def notification(row: Any) -> Any:
    return db.fetch_one(text("SELECT * FROM notifications WHERE id = :id"), {"id": row.notification_id})


# Twilio and Vonage


@pytest.mark.parametrize("order", [1, -1])
def test_a_text_message_arrives_in_whatever_order_that_is_said(
    vendors: Vendors, sent: Any, order: int
) -> None:
    row = sent()
    for word in ("queued", "sent", "delivered", "undelivered")[::order]:
        vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus=word)
        process()
    assert delivery(row.id).status == "delivered"
    assert len(receipts_of(row.id)) == 4


def test_a_message_is_found_by_the_vendors_own_id(vendors: Vendors, sent: Any) -> None:
    by_sid, by_uuid = sent(), sent(provider="vonage")
    vendors.twilio(MessageSid=by_sid.reference, MessageStatus="delivered")
    vendors.vonage(message_uuid=by_uuid.reference, status="delivered")
    vendors.vonage(message_uuid=by_sid.reference, status="rejected")
    process()
    assert delivery(by_sid.id).status == delivery(by_uuid.id).status == "delivered"


def test_the_same_thing_said_twice_is_kept_once(vendors: Vendors, sent: Any) -> None:
    row = sent()
    for price in ("", "-0.01"):
        vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus="delivered", Price=price)
    process()
    assert receipts_of(row.id) == ["delivered"]


def test_a_receipt_before_our_own_commit_is_not_lost(vendors: Vendors, sent: Any) -> None:
    row = sent(status="sending", reference=None)
    vendors.twilio(delivery=row.id, MessageStatus="delivered")
    process()
    assert delivery(row.id).status == "delivered"


def test_a_receipt_that_knows_only_the_vendors_id_waits_for_our_commit(vendors: Vendors, sent: Any) -> None:
    row, sid = sent(status="sending", reference=None), f"SM{new_id()}"
    vendors.twilio(MessageSid=sid, MessageStatus="delivered")
    process()
    assert delivery(row.id).status == "sending"
    execute("UPDATE deliveries SET status = 'sent', reference = :sid WHERE id = :id", sid=sid, id=row.id)
    process(again=True)
    assert delivery(row.id).status == "delivered"
    assert stored(sid)[0].digested_at is not None


def test_what_a_vendor_has_taken_is_not_sent_again_after_its_worker_died(vendors: Vendors, sent: Any) -> None:
    row = sent(status="queued", reason="worker_lost", reference=None)
    vendors.twilio(delivery=row.id, MessageStatus="queued")
    process()
    assert delivery(row.id).status == "sent"


def test_a_lost_text_message_goes_to_another_provider_once(vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus="undelivered", ErrorCode="30008")
    process()
    now = delivery(row.id)
    assert (now.status, now.reason, now.error) == ("queued", "failover", "undelivered: 30008")
    assert attempts(row) == ["undelivered"]
    vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus="failed", ErrorCode="30008")
    process()
    assert delivery(row.id).status == "queued", "that was the same provider"
    by_another(row, "vonage")
    vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus="sent")
    vendors.vonage(message_uuid=f"v-{row.id}", client_ref=row.id, status="rejected", error={"title": "1070"})
    process()
    now = delivery(row.id)
    assert (now.status, now.error) == ("queued", "rejected: 1070")
    assert attempts(row) == ["undelivered", "undelivered"]


def attempts(row: Any) -> list[str]:
    query = text("SELECT outcome FROM delivery_attempts WHERE delivery_id = :id ORDER BY number")
    return [attempt.outcome for attempt in db.fetch_all(query, {"id": row.id})]


def by_another(row: Any, provider: str) -> None:
    """Send a delivery with another provider."""
    with db.transaction():
        db.append(
            AttemptRow, delivery_id=row.id, number=2, provider=provider, started_at=row.due_at, outcome="sent"
        )
        change = "UPDATE deliveries SET status = 'sent', provider = :p, reference = :r, attempts = 2 WHERE id = :id"
        db.execute(text(change), {"p": provider, "r": f"v-{row.id}", "id": row.id})


def test_what_the_first_provider_delivered_after_all_is_delivered(vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus="undelivered", ErrorCode="30008")
    process()
    vendors.twilio(MessageSid=row.reference, delivery=row.id, MessageStatus="delivered")
    process()
    now = delivery(row.id)
    assert (now.status, now.error) == ("delivered", None), "and it is not sent a second time"


def test_what_is_under_way_is_not_given_to_another(vendors: Vendors, sent: Any) -> None:
    row = sent(status="sending")
    vendors.twilio(delivery=row.id, MessageStatus="undelivered", ErrorCode="30008")
    process()
    assert delivery(row.id).status == "sending"
    execute("UPDATE deliveries SET status = 'sent' WHERE id = :id", id=row.id)
    process(again=True)
    assert delivery(row.id).status == "queued"


@pytest.mark.parametrize(("code", "reason"), [("30005", BOUNCE), ("30006", BOUNCE), ("21610", "stop")])
def test_a_number_that_nobody_has_is_not_tried_again(
    vendors: Vendors, sent: Any, code: str, reason: str
) -> None:
    row = sent()
    vendors.twilio(MessageSid=row.reference, To=row.address, MessageStatus="undelivered", ErrorCode=code)
    process()
    assert (delivery(row.id).status, suppressed(row.address)) == ("undelivered", reason)


def test_the_fallback_does_not_wait_for_what_is_lost(vendors: Vendors, sent: Any) -> None:
    mail = sent("email", "sendgrid")
    later = {
        "notification_id": mail.notification_id,
        "unless_seen": True,
        "status": "queued",
        "reason": "fallback",
    }
    fallback = sent(due_at=mail.due_at.replace(year=2090), **later)
    other = sent("push", "fcm", notification_id=mail.notification_id)
    vendors.sendgrid(event("deferred", delivery=mail.id))
    process()
    assert delivery(fallback.id).due_at.year == 2090
    vendors.sendgrid(event("bounce", delivery=mail.id))
    process()
    assert delivery(fallback.id).due_at.year == 2090, "the push message is on its way"
    execute("UPDATE deliveries SET status = 'failed' WHERE id = :id", id=other.id)
    execute("UPDATE deliveries SET status = 'sent' WHERE id = :id", id=mail.id)
    vendors.sendgrid(event("dropped", delivery=mail.id))
    process()
    assert delivery(fallback.id).due_at.year < 2090


@pytest.mark.parametrize(
    "word",
    [
        "STOP",
        "stop please",
        "\u201cStop\u201d",
        "\uff33\uff34\uff2f\uff30",
        "Stop all",
        "cancel please",
        "OptOut",
    ],
)
def test_who_says_stop_gets_no_more_and_start_brings_it_back(vendors: Vendors, word: str) -> None:
    number = f"+1500{random.randrange(10**7):07}"
    vendors.twilio(From=number, Body=word, SmsStatus="received")
    process()
    assert suppressed(number) == "stop"
    vendors.twilio(From=number, Body="HELP", SmsStatus="received")
    vendors.twilio(From=number, Body="Start", SmsStatus="received")
    process()
    assert suppressed(number) is None


def test_vonages_numbers_have_no_plus(vendors: Vendors) -> None:
    number = f"1500{random.randrange(10**7):07}"
    told: Any = {"from": number, "to": "1", "text": "STOP", "channel": "sms"}
    vendors.vonage(**told)
    process()
    assert suppressed(f"+{number}") == "stop"


@pytest.mark.parametrize("sender", ["+525512345678", "+5215512345678", "whatsapp:+5215512345678"])
def test_twilios_sender_is_compared_in_one_form(vendors: Vendors, sender: str) -> None:
    vendors.twilio(From=sender, Body="START", SmsStatus="received")
    process()
    assert suppressed("+525512345678") is None
    vendors.twilio(From=sender, Body="STOP", SmsStatus="received")
    process()
    assert suppressed("+525512345678") == "stop"
    vendors.twilio(From=sender, Body="START", SmsStatus="received")
    process()


def test_twilios_own_reading_of_an_answer_counts(vendors: Vendors) -> None:
    number = f"+1500{random.randrange(10**7):07}"
    vendors.twilio(From=number, Body="Arrêt", OptOutType="STOP", SmsStatus="received")
    process()
    assert suppressed(number) == "stop"


@pytest.mark.parametrize("words", ["please stop", "", "Cancel order 7", "STOP" * 500, "help", "\0"])
def test_other_words_change_nothing(vendors: Vendors, words: str) -> None:
    number = f"+1500{random.randrange(10**7):07}"
    vendors.twilio(From=number, Body=words, SmsStatus="received")
    process()
    assert suppressed(number) is None


def test_start_does_not_bring_back_a_dead_number(vendors: Vendors, sent: Any) -> None:
    row = sent()
    vendors.twilio(From=row.address, Body="STOP", SmsStatus="received")
    process()
    vendors.twilio(MessageSid=row.reference, To=row.address, MessageStatus="failed", ErrorCode="30006")
    vendors.twilio(From=row.address, Body="START", SmsStatus="received")
    process()
    assert suppressed(row.address) == BOUNCE


# SendGrid


@pytest.mark.parametrize("order", [1, -1])
def test_a_mail_that_bounces_later_has_not_arrived(vendors: Vendors, sent: Any, order: int) -> None:
    row = sent("email", "sendgrid")
    events = [event(word, delivery=row.id) for word in ("processed", "deferred", "delivered", "bounce")]
    for each in events[::order]:
        vendors.sendgrid(each)
        process()
    assert delivery(row.id).status == "undelivered"
    assert sorted(receipts_of(row.id)) == ["bounce", "deferred", "delivered", "processed"]


def test_a_mail_is_found_by_the_beginning_of_sendgrids_id(vendors: Vendors, sent: Any) -> None:
    row = sent("email", "sendgrid", reference=f"{new_id()[-10:]}_A")
    vendors.sendgrid(event("delivered", sg_message_id=f"{row.reference}.filterdrecv-p3-18-5F5FC76C-9.0"))
    process()
    assert delivery(row.id).status == "delivered"


def test_all_of_a_digest_arrives_together(vendors: Vendors, sent: Any) -> None:
    first = sent("email", "sendgrid", digest=True)
    second = sent("email", "sendgrid", digest=True, reference=first.reference)
    vendors.sendgrid(event("delivered", delivery=first.id, sg_message_id=f"{first.reference}.filter"))
    process()
    assert delivery(first.id).status == delivery(second.id).status == "delivered"
    assert receipts_of(second.id) == ["delivered"]


def test_seen_and_clicked(person: Person, vendors: Vendors, sent: Any) -> None:
    row, screen = sent("email", "sendgrid"), person.socket()
    vendors.sendgrid(event("open", delivery=row.id, sg_machine_open=True))
    process()
    assert (delivery(row.id).status, notification(row).read_at) == ("sent", None), "no user has seen it"
    vendors.sendgrid(event("open", delivery=row.id))
    process()
    seen = notification(row).read_at
    assert (delivery(row.id).status, notification(row).clicked_at) == ("delivered", None)
    vendors.sendgrid(
        event("click", delivery=row.id, timestamp=int(time.time()) + 60, url="https://x.example")
    )
    process()
    assert notification(row).read_at == seen is not None
    assert notification(row).clicked_at > seen
    vendors.sendgrid(event("open", delivery=row.id))
    process()
    (told,) = screen.wait("notifications:unread")
    assert (told["by"], told["read"]) == (-1, [str(row.notification_id)])


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"event": "bounce", "type": "bounce"}, BOUNCE),
        ({"event": "bounce"}, BOUNCE),
        ({"event": "bounce", "type": "blocked"}, None),
        ({"event": "bounce", "reason": "550 5.1.1 no such user", "status": "5.1.1"}, BOUNCE),
        ({"event": "bounce", "reason": "552 5.2.2 mailbox full", "status": "5.2.2"}, "temporary_bounce"),
        ({"event": "bounce", "type": "blocked", "reason": "452 4.2.2 over quota"}, "temporary_bounce"),
        ({"event": "bounce", "type": "blocked", "reason": "550 5.1.1 blocked"}, None),
        ({"event": "bounce", "reason": "550 5.7.1 policy", "status": "5.7.1"}, None),
        ({"event": "bounce", "reason": "550 spam", "bounce_classification": "Content"}, None),
        ({"event": "dropped", "reason": "Bounced Address"}, BOUNCE),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, "complaint"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "unsubscribed"),
        ({"event": "dropped", "reason": "Invalid"}, BOUNCE),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, None),
        ({"event": "spamreport"}, "complaint"),
        ({"event": "unsubscribe"}, "unsubscribed"),
        ({"event": "group_unsubscribe"}, "unsubscribed"),
        ({"event": "deferred"}, None),
        ({"event": "delivered"}, None),
    ],
)
def test_which_addresses_get_nothing_any_more(
    vendors: Vendors, sent: Any, told: dict[str, str], reason: str | None
) -> None:
    row = sent("email", "sendgrid")
    vendors.sendgrid(event("", delivery=row.id, email=row.address.upper()) | told)
    process()
    assert suppressed(row.address) == reason


def test_an_unsubscription_concerns_the_category_of_its_mail(vendors: Vendors, sent: Any) -> None:
    row = sent("email", "sendgrid")
    vendors.sendgrid(event("unsubscribe", delivery=row.id, email=row.address))
    process()
    ((known,),) = suppression_queries.of([("email", row.address)]).values()
    assert (known.reason, known.category) == ("unsubscribed", "order")
    vendors.sendgrid(event("group_resubscribe", delivery=row.id, email=row.address))
    process()
    assert suppressed(row.address) is None


def test_a_mail_that_arrives_ends_a_temporary_bounce(vendors: Vendors, sent: Any) -> None:
    row = sent("email", "sendgrid")
    vendors.sendgrid(event("bounce", email=row.address, delivery=row.id, reason="552 5.2.2 full"))
    process()
    assert suppressed(row.address) == "temporary_bounce"
    vendors.sendgrid(event("delivered", delivery=row.id, email=row.address))
    process()
    assert suppressed(row.address) is None


def test_a_thousand_events_in_a_call(vendors: Vendors, sent: Any) -> None:
    rows = [sent("email", "sendgrid") for _ in range(20)]
    words = ["processed", "deferred", "delivered", "open", "bounce"]
    events = [event(random.choice(words[:4]), delivery=random.choice(rows).id) for _ in range(900)]
    events += [event("delivered", delivery=row.id) for row in rows] + events[:80]
    random.shuffle(events)
    assert vendors.sendgrid(*events).status_code == 204
    process()
    assert {delivery(row.id).status for row in rows} == {"delivered"}
    assert sum(len(receipts_of(row.id)) for row in rows) == 920
    vendors.sendgrid(*events[:500])
    process()
    assert sum(len(receipts_of(row.id)) for row in rows) == 920


def test_one_event_that_makes_no_sense_does_not_hold_back_the_others(vendors: Vendors, sent: Any) -> None:
    row = sent("email", "sendgrid")
    nonsense: list[Any] = [
        7, None, "x", [], {}, {"event": []}, event("delivered", timestamp="now"), event("delivered", timestamp=10**30),
        event("delivered", email=None) | {"sg_event_id": None}, event("open", delivery=[1], sg_message_id=7),
        event("a\0b" * 50, delivery=row.id, reason={"x": "\0"}),
    ]  # fmt: skip
    vendors.sendgrid(*nonsense, event("delivered", delivery=row.id))
    process()
    assert delivery(row.id).status == "delivered"
    assert "delivered" in receipts_of(row.id)


# Receipts without a delivery


def test_what_belongs_to_no_delivery_is_tried_again_and_then_shown_to_staff(
    world: World, person: Person, vendors: Vendors, sent: Any
) -> None:
    row, unknown = sent("email", "sendgrid"), new_id()
    vendors.sendgrid(event("delivered", delivery=row.id), event("delivered", delivery=unknown))
    process()
    assert delivery(row.id).status == "delivered", "the rest is processed at once"
    (call,) = stored(unknown)
    staff = world.staff("support")
    for _ in service.RETRY_PAUSES:
        assert [c["tries"] for c in listed(staff, "waiting") if c["id"] == str(call.id)]
        process(again=True)
    (shown,) = [c for c in listed(staff, "quarantined") if c["id"] == str(call.id)]
    assert shown["error"] == "of 2 events, 1 belong to no delivery, 0 are invalid"
    assert listed(person, "quarantined") is None
    assert person.post(f"/api/admin/webhooks/{call.id}/retry").status_code == 403

    sent("email", "sendgrid", id=unknown)
    answer = staff.post(f"/api/admin/webhooks/{call.id}/retry")
    assert answer.json()["data"]["webhook"]["state"] == "waiting"
    again = staff.post(f"/api/admin/webhooks/{call.id}/retry")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "not_quarantined")
    assert staff.post(f"/api/admin/webhooks/{new_id()}/retry").status_code == 404
    process()
    assert delivery(unknown).status == "delivered"
    assert str(call.id) in {c["id"] for c in listed(staff, "digested") or ()}
    audited = text("SELECT count(*) FROM audit_log WHERE action = 'webhook.retried' AND subject = :subject")
    assert db.fetch_value(audited, {"subject": f"webhook-{call.id}"}) == 1


def listed(person: Person, state: str) -> Any:
    answer = person.get(f"/api/admin/webhooks?state={state}&limit=100")
    return answer.json()["data"]["webhooks"] if answer.status_code == 200 else None


@pytest.mark.parametrize("wrong", ["x", "", "1" * 400, "%00", "00000000-0000-0000-0000-00000000000g"])
def test_a_delivery_that_cannot_be_one_is_looked_for_by_the_vendors_id(
    vendors: Vendors, sent: Any, wrong: str
) -> None:
    row = sent()
    vendors.twilio(delivery=wrong, MessageSid=row.reference, MessageStatus="delivered")
    process()
    assert delivery(row.id).status == "delivered"


def test_old_calls_are_forgotten_and_those_that_wait_are_not(vendors: Vendors) -> None:
    sids = [f"SM{new_id()}" for _ in range(4)]
    for sid in sids:
        vendors.twilio(MessageSid=sid, MessageStatus="sent")
    ages = {
        sids[0]: ("8 days", True),
        sids[1]: ("6 days", True),
        sids[2]: ("8 days", False),
        sids[3]: ("31 days", False),
    }
    for sid, (age, digested) in ages.items():
        execute(
            f"UPDATE webhook_inbox SET received_at = now() - interval '{age}',"
            " due_at = CASE WHEN :digested THEN NULL ELSE due_at END,"
            " digested_at = CASE WHEN :digested THEN now() END WHERE id = :id",
            id=stored(sid)[0].id, digested=digested,
        )  # fmt: skip
    jobs.tidy()
    assert [len(stored(sid)) for sid in sids] == [0, 1, 1, 1]
    execute(
        "UPDATE webhook_inbox SET due_at = NULL WHERE id = ANY(:ids)", ids=[stored(s)[0].id for s in sids[2:]]
    )
    jobs.tidy()
    assert [len(stored(sid)) for sid in sids] == [0, 1, 1, 0]


def test_a_complaint_finds_the_mailbox_in_punycode(vendors: Vendors, sent: Any) -> None:
    mark = new_id()
    row = sent("email", "sendgrid", address=f"x@{mark}.bücher.example")
    vendors.sendgrid(event("spamreport", delivery=row.id, email=f"X@{mark}.xn--bcher-kva.example"))
    process()
    assert suppressed(row.address) == "complaint"
