"""Campaigns for those who have ordered since some time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now, rfc3339
from metaia.notifications.campaigns import audience_filters
from tests.support.campaigns import Crowd, begun, create, crowd, finish, notified, watched
from tests.support.people import Person, World


@pytest.fixture(name="crowd")
def _crowd() -> Crowd:
    return crowd()


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


def joined(world: World, crowd: Crowd, *ordered: datetime) -> Person:
    """Return somebody of the crowd, who has ordered at these times."""
    person = world.person()
    ids = [person.order()["id"] for _ in ordered]
    with db.transaction():
        join = "UPDATE users SET created_at = :since WHERE id = :id"
        db.execute(text(join), {"since": crowd.since, "id": person.id})
        for id_, at in zip(ids, ordered, strict=True):
            db.execute(text("UPDATE orders SET created_at = :at WHERE id = :id"), {"at": at, "id": id_})
    return person


def body(crowd: Crowd, since: Any) -> dict[str, Any]:
    return crowd.body(audience=crowd.audience | {"hasOrderedSince": since})


def test_it_is_for_those_who_have_ordered_since(world: World, admin: Person, crowd: Crowd) -> None:
    since = now() - timedelta(days=30)
    often = joined(world, crowd, since, since + timedelta(days=1), since - timedelta(days=9))
    joined(world, crowd, since - timedelta(seconds=1))
    joined(world, crowd)
    campaign = create(admin, body(crowd, rfc3339(since)))
    assert campaign["audience"] == crowd.audience | {"hasOrderedSince": rfc3339(since)}
    assert watched(admin, campaign)["campaign"]["total"] == 1
    campaign = begun(admin, body(crowd, rfc3339(since)))
    late = joined(world, crowd, now())
    finish(campaign)
    assert notified(campaign) == {often.id: 1}
    assert late.id not in notified(campaign), "its audience is fixed when it begins"
    after = watched(admin, campaign)["campaign"]
    assert (after["status"], after["recipients"], after["total"]) == ("completed", 1, 1)


@pytest.mark.parametrize(
    "since", ["yesterday", "2024-01-01T00:00:00", "1969-01-01T00:00:00Z", None, 7, "x' OR 1"]
)
def test_a_time_that_is_none_is_refused(admin: Person, crowd: Crowd, since: Any) -> None:
    answer = admin.post("/api/admin/campaigns", body(crowd, since))
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["details"]) == ["audience.hasOrderedSince"]


def test_a_filter_that_nobody_knows_any_more_tells_nobody(world: World, admin: Person, crowd: Crowd) -> None:
    """Rather than everybody."""
    campaign = create(admin, body(crowd, rfc3339(now())))
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(audience_filters.AUDIENCE_FILTERS.current(), "hasOrderedSince")
        with pytest.raises(LookupError):
            audience_filters.condition(campaign["audience"])


def test_the_documentation_names_it(world: World) -> None:
    document = world.call("GET", "/api/openapi.json").json()
    properties = document["components"]["schemas"]["CampaignAudience"]["properties"]
    assert properties["hasOrderedSince"]["description"] == "who has placed an order since then"
