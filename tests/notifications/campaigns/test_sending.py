"""Batches of campaigns: each user is notified once, at the rate, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import gevent
import pytest
from flask import Flask

from metaia.core import fault_injection
from metaia.core.times import now
from metaia.notifications.campaigns import jobs, queries, sending
from tests.support.campaigns import (
    Crowd,
    act,
    begun,
    create,
    crowd,
    finish,
    notified,
    rows,
    set_columns,
    watched,
)
from tests.support.people import Person, World
from tests.support.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


@pytest.fixture(name="crowd")
def _crowd(admin: Person) -> Crowd:
    return crowd()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a batch ten users."""
    monkeypatch.setattr(sending, "BATCH", 10)


def once(campaign: Any, people: set[str]) -> bool:
    return dict(notified(campaign)) == dict.fromkeys(people, 1)


def state(admin: Person, campaign: Any) -> tuple[str, int, int]:
    now_ = watched(admin, campaign)["campaign"]
    return now_["status"], now_["recipients"], now_["total"]


def test_it_tells_those_of_its_audience_who_had_an_account_when_it_began(admin: Person, crowd: Crowd) -> None:
    british, german = crowd.join(3, locale="en-GB"), crowd.join(2, locale="de")
    for others in ({"role": "tailor"}, {"active": False}, {"locale": "hi"}, {"locale": "enm"}):
        crowd.join(2, **others)
    Crowd(crowd.since + timedelta(hours=1)).join(2)
    Crowd(crowd.since - timedelta(hours=1)).join(2)
    campaign = begun(admin, crowd.body(audience=crowd.audience | {"locales": ["en", "de"]}))
    set_columns(campaign, began_at=crowd.since + timedelta(minutes=30))
    Crowd(crowd.since + timedelta(minutes=40)).join(4)  # too late
    finish(campaign)
    assert once(campaign, british | german)
    assert state(admin, campaign) == ("completed", 5, 5)


def test_what_it_writes_is_an_ordinary_notification_with_the_admins_own_words(
    world: World, admin: Person, crowd: Crowd
) -> None:
    crowd.join(1)
    member, began = world.person(), now() - timedelta(seconds=30)
    screen = member.socket()
    audience = {"roles": ["customer"], "createdFrom": (began).isoformat()}
    campaign = begun(admin, crowd.body(audience=audience, channels=["in_app", "push"]))
    finish(campaign)
    (heard,) = screen.wait("new_notification")
    (listed,) = member.get("/api/notifications").json()["data"]["notifications"]
    assert (listed["type"], listed["category"]) == ("campaign", "marketing")
    assert (listed["title"], listed["message"]) == (campaign["title"], campaign["message"])
    assert listed["data"] == {"campaignId": campaign["id"]}
    in_list = {
        name: listed[name]
        for name in ("id", "type", "title", "message", "data", "relatedOrder", "actions", "createdAt")
    }
    assert {name: value for name, value in heard.items() if name not in {"eventId", "cursor"}} == in_list
    (row,) = [row for row in rows(campaign) if row.user_id == member.id]
    assert (row.channels, row.planned_at, row.queue) == (["in_app", "push"], None, "bulk")
    assert (row.subject, row.actor_id) == (f"campaign-{campaign['id']}", admin.id)


@pytest.mark.parametrize(
    ("channels", "shown", "planned"), [(["in_app"], True, True), (["sms"], False, False)]
)
def test_it_goes_out_on_its_own_channels_only(
    admin: Person, crowd: Crowd, channels: list[str], shown: bool, planned: bool
) -> None:
    crowd.join(1)
    campaign = begun(admin, crowd.body(channels=channels))
    finish(campaign)
    (row,) = rows(campaign)
    assert (row.shown, row.planned_at is not None) == (shown, planned)


def test_admins_see_it_move_and_not_more_than_once_a_second(
    world: World, admin: Person, crowd: Crowd, few: None
) -> None:
    crowd.join(55)
    screen, stranger = admin.socket(), world.person().socket()
    campaign = begun(admin, crowd.body())
    finish(campaign)
    last = screen.wait(
        "campaign:progress",
        where=lambda data: data["campaignId"] == campaign["id"] and data["status"] == "completed",
    )[0]
    assert (last["recipients"], last["total"], last["name"]) == (55, 55, "Spring")
    mine = [each for each in screen.of("campaign:progress") if each["campaignId"] == campaign["id"]]
    assert [each["status"] for each in mine] == ["scheduled", "running", "completed"], "it took no second"
    assert stranger.of("campaign:progress") == []


def test_progress_is_told_again_when_a_second_has_passed(admin: Person, crowd: Crowd, few: None) -> None:
    crowd.join(25)
    screen = admin.socket()
    campaign = begun(admin, crowd.body())
    for _ in range(2):
        set_columns(campaign, told_at=now() - timedelta(seconds=1))
        assert sending.advance(campaign["id"])
    running = screen.wait("campaign:progress", 3, where=lambda data: data["status"] == "running")
    assert [each["recipients"] for each in running if each["campaignId"] == campaign["id"]] == [0, 10, 20]


def test_thousands_are_told_in_batches_by_the_job(admin: Person, crowd: Crowd) -> None:
    people = crowd.join(5_000)
    campaign = create(admin, crowd.body())
    act(admin, campaign, "start")
    assert jobs._due() == 1
    until(lambda: not jobs.advance() and state(admin, campaign)[0] == "completed", "all have been told")
    assert once(campaign, people)
    assert state(admin, campaign) == ("completed", 5_000, 5_000)


class Broken(Exception):
    """A failure in the middle of a batch."""


def test_a_batch_that_breaks_leaves_nothing_and_is_done_again(
    admin: Person, crowd: Crowd, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crowd.join(25)
    campaign = begun(admin, crowd.body())
    assert sending.advance(campaign["id"])
    with monkeypatch.context() as broken:
        broken.setattr(fault_injection, "point", _break)
        with pytest.raises(Broken):
            sending.advance(campaign["id"])
    assert len(rows(campaign)) == state(admin, campaign)[1] == 10
    finish(campaign)
    assert once(campaign, people)


def _break(name: str) -> None:
    if name == "in_campaign":
        raise Broken


def test_a_process_that_is_killed_in_the_middle_of_a_batch(admin: Person, crowd: Crowd, few: None) -> None:
    people = crowd.join(25)
    campaign = begun(admin, crowd.body())
    assert sending.advance(campaign["id"])
    killed = flask("run", campaign["id"], METAIA_FAULT="in_campaign")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(rows(campaign)) == state(admin, campaign)[1] == 10
    assert finish(campaign) == 2
    assert once(campaign, people)


def flask(command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    line = [sys.executable, "-m", "flask", "--app", "wsgi", "campaigns", command, *arguments]
    return subprocess.run(
        line, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=30
    )


def test_several_jobs_at_once_tell_nobody_twice(app: Flask, admin: Person, crowd: Crowd, few: None) -> None:
    people = crowd.join(95)
    campaign = begun(admin, crowd.body())

    def job() -> None:
        with app.app_context():
            while state_of(campaign) == "running":
                sending.advance(campaign["id"])
                gevent.sleep(0)

    gevent.joinall([gevent.spawn(job) for _ in range(4)], raise_error=True)
    assert once(campaign, people)
    assert state(admin, campaign) == ("completed", 95, 95)


def state_of(campaign: Any) -> str:
    found = queries.get(campaign["id"])
    assert found is not None
    return found.status


def test_even_a_campaign_that_forgets_how_far_it_got_tells_nobody_twice(
    admin: Person, crowd: Crowd, few: None
) -> None:
    people = crowd.join(25)
    campaign = begun(admin, crowd.body())
    sending.advance(campaign["id"])
    set_columns(campaign, reached=None)
    finish(campaign)
    assert once(campaign, people)
    assert state(admin, campaign) == ("completed", 25, 25)


def test_it_stops_when_it_is_paused_and_goes_on_from_there(admin: Person, crowd: Crowd, few: None) -> None:
    people = crowd.join(35)
    campaign = begun(admin, crowd.body())
    sending.advance(campaign["id"])
    assert act(admin, campaign, "pause")["status"] == "paused"
    assert finish(campaign) == 0
    assert len(rows(campaign)) == 10
    act(admin, campaign, "resume")
    assert finish(campaign) == 3
    assert once(campaign, people)


def test_it_ends_when_it_is_cancelled(admin: Person, crowd: Crowd, few: None) -> None:
    crowd.join(35)
    campaign = begun(admin, crowd.body(channels=["email"]))
    sending.advance(campaign["id"])
    assert act(admin, campaign, "cancel")["status"] == "cancelled"
    finish(campaign)
    assert state(admin, campaign) == ("cancelled", 10, 35)
    assert all(row.planned_at for row in rows(campaign)), "they are never planned"
    assert queries.get(campaign["id"]).next_at is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rate", "people", "seconds"), [(120, 2, 1.0), (1, 1, 60.0), (90, 2, 4 / 3), (6_000, 100, 1.0)]
)
def test_it_keeps_to_its_rate(admin: Person, crowd: Crowd, rate: int, people: int, seconds: float) -> None:
    crowd.join(people * 2 + 1)
    campaign = begun(admin, crowd.body(ratePerMinute=rate))
    assert finish(campaign) == 1, "one batch, and the next is not due"
    assert len(rows(campaign)) == people
    assert pause(campaign) == pytest.approx(seconds, abs=0.5)


def test_time_in_which_no_job_came_is_made_good_up_to_two_seconds(admin: Person, crowd: Crowd) -> None:
    crowd.join(50)
    campaign = begun(admin, crowd.body(ratePerMinute=120))
    set_columns(campaign, next_at=now() - timedelta(seconds=1.5))
    assert finish(campaign) == 2
    set_columns(campaign, next_at=now() - timedelta(hours=1))
    assert finish(campaign) in {2, 3}
    assert len(rows(campaign)) <= 10


def pause(campaign: Any) -> float:
    found = queries.get(campaign["id"])
    assert found is not None
    assert found.next_at is not None
    return (found.next_at - now()).total_seconds()


def test_commands_start_work_off_show_and_list(app: Flask, admin: Person, crowd: Crowd) -> None:
    people = crowd.join(3)
    campaign = create(admin, crowd.body())
    run = app.test_cli_runner().invoke
    assert "  draft " in run(args=["campaigns", "list"]).output
    worked = run(args=["campaigns", "run", campaign["id"]])
    assert worked.exit_code == 0, worked.output
    assert "completed: recipients 3" in worked.output
    assert once(campaign, people)
    assert "completed: recipients 3" in run(args=["campaigns", "watch", campaign["id"]]).output
    assert "no such campaign" in run(args=["campaigns", "watch", campaign["id"][::-1]]).output
