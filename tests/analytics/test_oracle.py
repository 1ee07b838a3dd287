"""After any prefix, replay or rollback of the consumer: tables = rebuild = a slow oracle in Python."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from metaia.analytics.following import queries as following_queries
from metaia.analytics.following import service as following
from metaia.analytics.rebuilding import service as rebuilding
from metaia.analytics.sets.queries import MONEY_VALUES, ORDER_VALUES
from metaia.core import db, fault_injection
from metaia.realtime.log import store as log_store
from tests.analytics import oracle
from tests.analytics.support import caught_up, contents, rewind
from tests.orders.conftest import WAYS, Cast
from tests.support.people import World

POINTS = ("analytics_facts", "analytics_rollups")


class Killed(Exception):
    """The transaction of a page ends here."""


@pytest.fixture
def market(world: World) -> Cast:
    """Give people with an order in each status."""
    cast = Cast(world)
    for status in WAYS:
        cast.order_in(status)
    return cast


def check() -> None:
    """Compare the tables with the oracle."""
    assert oracle.stored("rollup_orders", ORDER_VALUES) == oracle.compact(oracle.orders())
    assert oracle.stored("rollup_money", MONEY_VALUES) == oracle.compact(oracle.money())
    days = {
        (str(row.day), str(row.user_id), row.role): row.actions
        for row in oracle.rows("SELECT * FROM activity_days")
    }
    assert days == dict(oracle.activity(following.zone()))
    firsts = {str(row.user_id): row.first_at for row in oracle.rows("SELECT * FROM cohorts")}
    assert firsts == oracle.cohorts()


def test_tables_are_a_rebuild_and_the_oracle(market: Cast) -> None:
    caught_up()
    check()
    followed = contents()
    rebuilding.rebuild()
    assert contents() == followed


def test_any_prefix_replay_or_rollback_leads_to_the_same_rows(
    market: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught_up()
    head, expected = log_store.head().position, contents()
    first = max(0, head - 120)

    def die_at(point: str | None) -> None:
        def point_reached(name: str) -> None:
            if name == point:
                raise Killed

        monkeypatch.setattr(fault_injection, "point", point_reached)

    steps = st.lists(
        st.one_of(
            st.tuples(st.just("rewind"), st.integers(0, 120)),
            st.tuples(st.just("page"), st.integers(1, 40)),
            st.tuples(st.sampled_from(POINTS), st.integers(1, 40)),
        ),
        min_size=1,
        max_size=6,
    )

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(steps)
    def follow(plan: list[tuple[str, int]]) -> None:
        for action, number in plan:
            if action == "rewind":
                rewind(first + min(number, head - first))
                continue
            monkeypatch.setattr(following, "PAGE", number)
            die_at(action)
            with suppress(Killed):
                following.follow()
            die_at(None)
        monkeypatch.setattr(following, "PAGE", 500)
        while (touched := following.follow()) and touched.events:
            pass
        assert contents() == expected

    follow()


def test_a_killed_rebuild_leaves_the_live_tables(market: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    caught_up()
    expected = contents()
    for point in ("analytics_chunk", "analytics_swap"):

        def die(name: str, point: str = point) -> None:
            if name == point:
                raise Killed

        monkeypatch.setattr(fault_injection, "point", die)
        with pytest.raises(Killed):
            rebuilding.rebuild()
        assert contents() == expected
    monkeypatch.undo()
    rebuilding.rebuild()
    assert contents() == expected


def test_a_new_epoch_or_a_pruned_log_needs_a_rebuild(market: Cast) -> None:
    caught_up()
    cursor, head = following_queries.cursor(), log_store.head()
    assert not following.is_stale(cursor, head, 0)
    assert following.is_stale(cursor, head, head.position + 2)
    assert following.is_stale(cursor, log_store.Head("other", head.position), 0)
    with db.transaction():
        db.execute(text("UPDATE analytics_cursor SET epoch = 'other'"))
    assert following.follow() is None
    caught_up()
    check()
