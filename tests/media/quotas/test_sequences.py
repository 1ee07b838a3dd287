"""Random sequences of uploads, deletions and recounts, in parallel too: usage is the sum of what is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import update

from metaia.auth.avatar import service as avatar_service
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Gone, Invalid, TooMany
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.media import queries, service
from metaia.media.cleaning import service as cleaning_service
from metaia.media.direct import service as direct_service
from metaia.media.hiding import service as hiding_service
from metaia.media.models import MediaRow
from metaia.media.processing import results
from metaia.media.processing.child import Outcome
from metaia.media.processing.outputs import Outputs
from metaia.media.processing.source import Source
from metaia.media.queries import Media
from metaia.media.quotas import queries as quota_queries
from metaia.media.quotas import service as quota_service
from metaia.media.quotas.policy import MAX_UNATTACHED
from metaia.media.renditions import FULL, SMALL, Rendition
from metaia.media.state import DELETED, HIDDEN, PENDING, PROCESSING, READY
from metaia.providers.storage import keys
from metaia.users import service as user_service
from tests.support.media import in_parallel

BYTES, FILES = 1_000, 8  # the limits of the user
SIZES = st.integers(1, 400)
NUMBERS = st.integers(0, 30)
EXPECTED = (TooMany, Conflict, Gone, Invalid)  # of calls that another one has overtaken
ADMIN = Actor(new_id(), "admin", "", 0)


class Usage(RuleBasedStateMachine):
    """One user, and all that changes what the user stores."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        email = f"{new_id()}@test.example"
        with db.transaction():
            person = user_service.create(
                email=email, password_hash="x", name="n", phone=None, role="customer"
            )
        self.actor = Actor(person.id, "customer", "", 0)
        quota_service.set_limits(self.actor.id, BYTES, FILES)

    @rule(size=SIZES)
    def upload(self, size: int) -> None:
        """An upload is accepted exactly if it fits."""
        before = self.usage()
        accepted = self.sign(size)
        fits = before.bytes + size <= BYTES and before.files + 1 <= FILES
        assert accepted == (fits and before.unattached < MAX_UNATTACHED)

    @rule(sizes=st.lists(SIZES, min_size=2, max_size=6), number=NUMBERS)
    def upload_and_delete_in_parallel(self, sizes: list[int], number: int) -> None:
        """Accepted uploads never pass the limit together, whatever is deleted and recounted at the same time."""
        before = self.usage()
        calls: list[Callable[[], Any]] = [partial(self.sign, size) for size in sizes]
        calls += [partial(self.remove, number), partial(self.remove, number), self.recount, self.recount]
        in_parallel(self.app, calls)
        after = self.usage()
        assert after.bytes <= max(BYTES, before.bytes)
        assert after.files <= max(FILES, before.files)

    @rule(number=NUMBERS)
    def complete(self, number: int) -> None:
        for media in self.chosen(number, PENDING):
            with db.transaction():
                direct_service.begin_processing(_locked(media))

    @rule(number=NUMBERS, size=SIZES)
    def accept(self, number: int, size: int) -> None:
        """The renditions have another size than the file that was sent."""
        for media in self.chosen(number, PROCESSING):
            prefix = keys.new_prefix(public=True)
            made = {
                name: Rendition(f"{prefix}/{name}.webp", "image/webp", size, 4, 3) for name in (FULL, SMALL)
            }
            outputs, source = Outputs(prefix, made, {}, []), Source(Path(), media.size or 0, bytes(32))
            results.accept(media, source, Outcome(width=4, height=3), outputs)
            found = queries.by_id(media.id)
            assert found is not None
            assert found.charged == 2 * size

    @rule(number=NUMBERS)
    def refuse(self, number: int) -> None:
        for media in self.chosen(number, PROCESSING):
            results.refuse(media.id, "corrupt")

    @rule(number=NUMBERS, times=st.integers(1, 3))
    def delete(self, number: int, times: int) -> None:
        in_parallel(self.app, [partial(self.remove, number)] * times)

    @rule(number=NUMBERS)
    def replace_the_picture(self, number: int) -> None:
        for media in self.chosen(number, READY):
            with db.transaction():
                avatar_service.choose(self.actor, media.id)

    @rule(number=NUMBERS)
    def hide_or_restore(self, number: int) -> None:
        for status, action in ((READY, "hide"), (HIDDEN, "show")):
            for media in self.chosen(number, status):
                hiding_service.moderate(ADMIN, media.id, action, None, None)

    @rule(number=NUMBERS)
    def sweep(self, number: int) -> None:
        """What is due expires, is deleted or is processed again."""
        for media in self.chosen(number):
            due = update(MediaRow).where(MediaRow.id == media.id, MediaRow.status != DELETED)
            with db.transaction():
                db.execute(due.values(due_at=now() - timedelta(seconds=1)))
        while cleaning_service.sweep_batch():
            pass

    @rule()
    def recounts(self) -> None:
        assert quota_service.recount(self.actor.id) == (0, 0)

    @invariant()
    def usage_is_the_sum_of_the_rows(self) -> None:
        usage = self.usage()
        assert (usage.bytes, usage.files) == quota_queries.stored(self.actor.id)
        assert usage.bytes >= 0
        assert usage.files >= 0

    def sign(self, size: int) -> bool:
        body = {
            "kind": "image", "folder": "profile", "visibility": None, "filename": "a.jpg", "alt": None,
            "content_type": "image/jpeg", "size": size, "sha256": None,
        }  # fmt: skip
        try:
            direct_service.sign(self.actor, body)
        except TooMany:
            return False
        return True

    def remove(self, number: int) -> None:
        for media in self.chosen(number):
            try:
                service.remove(self.actor, media.id, None, force=True)
            except EXPECTED:
                continue

    def recount(self) -> None:
        assert quota_service.recount(self.actor.id) == (0, 0)

    def usage(self) -> quota_queries.Usage:
        return quota_queries.usage(self.actor.id, "customer")

    def chosen(self, number: int, status: str | None = None) -> list[Media]:
        """Return one of the user's files in this status, in any but deleted without one; none if there is none."""
        filters = {"owner_id": self.actor.id} | ({"status": [status]} if status else {})
        rows, _ = queries.page(filters=filters, sort="createdAt", limit=50, cursor=None)
        return [rows[number % len(rows)]] if rows else []


def _locked(media: Media) -> Media:
    found = queries.to_change(media.id)
    assert found is not None
    return found


def test_usage_is_the_sum_of_what_is_stored_after_any_sequence(app: Flask) -> None:
    Usage.app = app
    with app.app_context():
        run_state_machine_as_test(
            Usage, settings=settings(max_examples=10, stateful_step_count=20, deadline=None)
        )
