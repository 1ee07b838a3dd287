"""`flask analytics rebuild` and `verify`, and the job that rebuilds by itself."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from metaia.analytics import jobs
from metaia.analytics.following import queries as following_queries
from metaia.analytics.following import service as following
from metaia.core import db
from metaia.core.times import now
from tests.analytics.support import caught_up, contents
from tests.orders.conftest import Cast, cast

__all__ = ["cast"]


def _break(order_id: str) -> None:
    with db.transaction():
        sql = "UPDATE fact_orders SET tip = tip + 1 WHERE order_id = CAST(:id AS uuid)"
        db.execute(text(sql), {"id": order_id})


def test_verify_fails_until_a_rebuild(app: Flask, cast: Cast) -> None:
    order = cast.order_in("completed")
    caught_up()
    before, day = contents(), str(now().astimezone(following.zone()).date())
    runner = app.test_cli_runner()
    assert runner.invoke(args=["analytics", "verify", "--day", day]).exit_code == 0
    _break(order["id"])
    wrong = runner.invoke(args=["analytics", "verify", "--day", day])
    assert wrong.exit_code == 1
    assert order["id"] in wrong.output
    attention = cast.admin.get("/api/admin/dashboard").json()["data"]["dashboard"]["attention"]
    assert "figuresWrong" in {each["key"] for each in attention}
    rebuilt = runner.invoke(args=["analytics", "rebuild"])
    assert rebuilt.exit_code == 0, rebuilt.output
    assert contents() == before
    assert runner.invoke(args=["analytics", "verify", "--day", day]).exit_code == 0


def test_the_job_rebuilds_after_a_new_epoch(cast: Cast) -> None:
    cast.order_in("completed")
    caught_up()
    before = contents()
    with db.transaction():
        db.execute(text("UPDATE analytics_cursor SET epoch = 'restored'"))
    assert following_queries.is_behind()
    jobs.follow()
    cursor = following_queries.cursor()
    assert cursor is not None
    assert cursor.epoch != "restored"
    assert cursor.rebuilt_at is not None
    assert contents() == before
    assert jobs.sweep() == 0
