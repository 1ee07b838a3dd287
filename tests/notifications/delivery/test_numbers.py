"""Text messages go to one form of a number, in which the replies of its owner are found too."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.notifications.delivery import suppression
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.vendors import Vendors

FORMS = [
    "+91 (0){}-{}",
    "0091 {} {}",
    "{}{}",
    "0{} {}",
    "tel:+91-{}-{}",
    "\u202a+91 {} {}\u202c",
    "+91 {}\uff0d{}",
]


@pytest.mark.parametrize("form", FORMS)
def test_an_sms_goes_to_the_number_that_was_meant(
    pipeline: Pipeline, vendors: Vendors, world: World, phone: str, form: str
) -> None:
    person = world.person(phone=form.format(phone[3:8], phone[8:]))
    assert person.user["phoneE164"] == phone
    pipeline.notify(person, "order_ready")
    pipeline.run()
    assert len(vendors.stub.to(phone)) == 1
    with db.transaction():
        suppression.process_reply(phone, "STOP")
    pipeline.notify(person, "order_ready", "M2")
    pipeline.run()
    assert [row.reason for row in pipeline.deliveries(person, "sms")] == [None, "stop"]
    assert len(vendors.stub.to(phone)) == 1


def typed(person: Person, phone: str) -> None:
    """Write a telephone number as a process of the release before E.164 does."""
    with db.transaction():
        db.execute(text("UPDATE users SET phone = :phone WHERE id = :id"), {"phone": phone, "id": person.id})


def test_what_the_former_release_writes_counts(
    pipeline: Pipeline, vendors: Vendors, world: World, phone: str
) -> None:
    person = world.person(phone="+91 98765 43210")
    typed(person, f"0{phone[3:]}")
    pipeline.notify(person, "order_ready")
    pipeline.run()
    assert len(vendors.stub.to(phone)) == 1


@pytest.mark.parametrize("number", ["+91 98", "call me", "+91 80 4567 8901 ext. 12"])
def test_no_sms_goes_to_what_is_no_number_or_a_switchboard(
    pipeline: Pipeline, vendors: Vendors, customer: Person, number: str
) -> None:
    typed(customer, number)
    pipeline.notify(customer, "order_ready")
    pipeline.run()
    sms = pipeline.only(customer, "sms")
    assert (sms.status, sms.reason) == ("suppressed", "no_telephone")
    assert vendors.stub.arrived == []
