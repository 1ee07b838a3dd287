"""The comparison of the store with the tables, the recount of usage, and what operators see."""

from __future__ import annotations

import os
import time

import pytest
from flask import Flask
from sqlalchemy import text
from structlog.testing import capture_logs

from metaia.core import db
from metaia.core.json import Json
from metaia.jobs import loop
from metaia.jobs import registry as job_registry
from metaia.media import renditions
from metaia.media.cleaning import jobs, queries, reconcile, report, trash
from metaia.media.quotas import queries as quota_queries
from metaia.media.renditions import FULL
from metaia.providers.storage import registry
from tests.support.people import World
from tests.support.stored_media import put, stored

LONG_AGO = time.time() - 49 * 3600


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def put_old(app: Flask, key: str, *, at: float = LONG_AGO) -> str:
    put(app, key, b"bytes")
    path = registry.local(app).path(key)
    assert path is not None
    os.utime(path, (at, at))
    return key


def compare() -> reconcile.Found:
    total = reconcile.Found()
    for part in reconcile.parts():
        total += reconcile.compare(part)
    return total


def key_of(area: str) -> str:
    return (
        f"{area}{os.urandom(16).hex()}/full.webp"
        if area != "incoming/"
        else f"{area}{os.urandom(16).hex()}.jpg"
    )


@pytest.mark.parametrize("area", ["public/", "private/", "incoming/"])
def test_an_old_object_without_a_row_goes_to_the_trash(app: Flask, area: str):
    key, young = put_old(app, key_of(area)), put_old(app, key_of(area), at=time.time())
    compare()
    assert queries.trashed_keys([key, young]) == {key}
    assert compare().unknown == 0
    while trash.purge_batch():
        pass
    assert registry.local(app).path(key) is None


def test_objects_of_other_programs_are_left_alone(app: Flask):
    key = put_old(app, "backups/dump.sql")
    compare()
    assert queries.trashed_keys([key]) == set()


def test_a_known_object_stays_however_old(app: Flask, world: World):
    media = stored(app, world.person("tailor"), folder="menu")
    keys = [rendition.key for rendition in renditions.load(media.renditions).values()]
    for key in keys:
        path = registry.local(app).path(key)
        assert path is not None
        os.utime(path, (LONG_AGO, LONG_AGO))
    compare()
    assert queries.trashed_keys(keys) == set()


def test_a_missing_object_is_an_error(app: Flask, world: World):
    before = compare().missing
    media = stored(app, world.person())
    key = renditions.load(media.renditions)[FULL].key
    registry.local(app).delete(key)
    with capture_logs() as lines:
        assert compare().missing == before + 1
    errors = {
        line["media"]: line["log_level"] for line in lines if line["event"] == "a stored file is missing"
    }
    assert errors[media.id] == "error"


def test_more_files_are_compared_in_smaller_parts(monkeypatch: pytest.MonkeyPatch):
    assert len(reconcile.parts()) == 1 + 2 * 16
    monkeypatch.setattr(queries, "files", lambda: 1_000_000)
    parts = reconcile.parts()
    assert len(parts) == 1 + 2 * 256
    assert ("public/00" in parts, "private/ff" in parts) == (True, True)


def test_the_job_hands_over_and_keeps_its_result(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch):
    asked: list[Json] = []
    monkeypatch.setattr(loop, "SECONDS", 0.0)
    monkeypatch.setattr(job_registry, "enqueue", lambda _, **arguments: asked.append(arguments))
    jobs.reconcile()
    while asked and asked[-1]["part"] < len(reconcile.parts()) - 1:
        jobs.reconcile_from(**asked[-1])
    assert [each["part"] for each in asked] == list(range(len(reconcile.parts())))
    jobs.reconcile_from(**asked[-1])
    from_admin = world.staff("admin").get("/metrics").text
    assert 'metaia_media_reconciled{what="missing"}' in from_admin
    assert report.KEY


def test_a_wrong_count_is_corrected(app: Flask, world: World):
    owner = world.person()
    stored(app, owner)
    wrong = text("UPDATE media_usage SET bytes = bytes + 5, files = files + 1 WHERE user_id = :id")
    with db.transaction():
        db.execute(wrong, {"id": owner.id})
    jobs.recount_from("00000000-0000-0000-0000-000000000000")
    usage = quota_queries.usage(owner.id, "customer")
    assert (usage.bytes, usage.files) == (1000, 1)


def test_commands_compare_and_recount(app: Flask, world: World):
    owner, runner = world.person(), app.test_cli_runner()
    stored(app, owner)
    with db.transaction():
        db.execute(text("UPDATE media_usage SET files = 9 WHERE user_id = :id"), {"id": owner.id})
    shown = runner.invoke(args=["media", "usage"]).output
    assert f"{owner.id}: +0 bytes, +8 files" in shown
    assert "1 corrected" in runner.invoke(args=["media", "usage", "--recount"]).output
    assert "0 wrong" in runner.invoke(args=["media", "usage"]).output
    key = put_old(app, key_of("private/"))
    assert "1 unknown" in runner.invoke(args=["media", "reconcile"]).output
    assert queries.trashed_keys([key]) == {key}


def test_metrics_count_files_and_trash(app: Flask, world: World):
    stored(app, world.person())
    shown = world.staff("admin").get("/metrics").text
    for name in ("metaia_media_bytes", "metaia_media_files", 'metaia_media_due{what="ready"}',
                 'metaia_media_trash{what="waiting"}'):  # fmt: skip
        assert name in shown
