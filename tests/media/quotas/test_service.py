"""Counts of what users store, and their limits."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import TooMany
from metaia.media.kinds import MEGABYTE
from metaia.media.models import MediaUsageRow
from metaia.media.quotas import queries, service
from metaia.media.quotas.policy import MAX_UNATTACHED, default_limits
from tests.support.media import in_parallel, insert_media
from tests.support.people import Person, World


def actor(person: Person) -> Actor:
    return Actor(person.id, person.user["role"], "", 0)


def charge(person: Person, size: int) -> bool:
    try:
        with db.transaction():
            service.charge(actor(person), size)
    except TooMany:
        return False
    return True


def test_partners_store_ten_times_as_much() -> None:
    limits = {role: default_limits(role, 500) for role in ("customer", "tailor", "delivery")}
    assert (limits["customer"].bytes, limits["customer"].files) == (500 * MEGABYTE, 2_000)
    assert (limits["tailor"].bytes, limits["tailor"].files) == (5_000 * MEGABYTE, 20_000)
    assert limits["delivery"] == limits["customer"]


def test_twenty_parallel_uploads_do_not_pass_the_limit(app: Flask, world: World) -> None:
    person = world.person()
    service.set_limits(person.id, 1_000, None)
    assert charge(person, 950)
    assert sum(in_parallel(app, [partial(charge, person, 20)] * 20)) == 2
    assert queries.usage(person.id, "customer").bytes == 990


def test_what_is_used_is_in_the_error(world: World) -> None:
    person = world.person()
    service.set_limits(person.id, 100, 1)
    with pytest.raises(TooMany) as caught, db.transaction():
        service.charge(actor(person), 101)
    assert caught.value.details == {"quota": "bytes", "used": 0, "limit": 100}
    assert charge(person, 60)
    with pytest.raises(TooMany) as caught, db.transaction():
        service.charge(actor(person), 40)
    assert caught.value.details == {"quota": "files", "used": 1, "limit": 1}
    assert caught.value.code == "quota_exceeded"


def test_a_lowered_limit_keeps_nobody_from_deleting(world: World) -> None:
    person = world.person()
    assert charge(person, 500)
    service.set_limits(person.id, 100, None)
    with db.transaction():
        service.refund(person.id, 500)
    usage = queries.usage(person.id, "customer")
    assert (usage.bytes, usage.files, usage.limit) == (0, 0, 100)


def test_files_attached_to_nothing_are_limited(world: World) -> None:
    person = world.person()
    for _ in range(MAX_UNATTACHED - 1):
        insert_media(person)
    assert charge(person, 1)
    insert_media(person)
    with pytest.raises(TooMany) as caught, db.transaction():
        service.charge(actor(person), 1)
    assert caught.value.details == {"quota": "unattached", "used": MAX_UNATTACHED, "limit": MAX_UNATTACHED}


def test_a_recount_repairs_wrong_counts(world: World) -> None:
    person = world.person()
    insert_media(person, charged=70)
    wrong = update(MediaUsageRow).where(MediaUsageRow.user_id == person.id)
    with db.transaction():
        db.execute(wrong.values(bytes=1_000, files=9))
    assert service.recount(person.id) == (930, 8)
    assert service.recount(person.id) == (0, 0)
    usage = queries.usage(person.id, "customer")
    assert (usage.bytes, usage.files) == (70, 1)


def test_a_wrong_count_keeps_nobody_from_deleting(world: World) -> None:
    person = world.person()
    assert charge(person, 10)
    with db.transaction():
        service.refund(person.id, 500, files=3)
    usage = queries.usage(person.id, "customer")
    assert (usage.bytes, usage.files) == (0, 0)
