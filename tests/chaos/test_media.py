"""Uploads while web processes and workers are killed with kill -9: nothing is lost, doubled or left behind.

`MEDIA_UPLOADS=200 make chaos ARGS="-k every_upload"` uploads more; `CHAOS_SEED=…` causes other kills.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator

import gevent
import pytest

from tests.chaos import stored_files, uploaders
from tests.chaos.installation import Installation, promote, running_installation
from tests.chaos.media_kills import Kills
from tests.chaos.uploaders import Uploader
from tests.support.people import World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
UPLOADS = int(os.environ.get("MEDIA_UPLOADS", "60"))
USERS = 10
# After SECONDS nothing is killed and no further upload begins: a busy machine does less.
SECONDS = 50 + UPLOADS / 2


@pytest.fixture
def own(environment: dict[str, str]) -> Iterator[Installation]:
    with running_installation(environment | {"RATELIMIT_ENABLED": "false"}) as running:
        yield running


def test_every_upload_exists_once_whatever_is_killed(own: Installation) -> None:
    seed, begun = os.environ.get("CHAOS_SEED", "media"), time.monotonic()
    with World(own.url) as world:
        files = uploaders.contents()
        users = [Uploader(world.person(), f"{seed} {number}", files) for number in range(USERS)]
        kills = Kills(own, promote(own, world), seed)
        players = [gevent.spawn(user.play, UPLOADS // USERS, begun + SECONDS) for user in users]
        killer = gevent.spawn(kills.play, lambda: all(player.ready() for player in players), begun + SECONDS)
        gevent.joinall(players, raise_error=True)
        killer.get()
        uploads = [upload for user in users for upload in user.uploads]
        sent = time.monotonic() - begun
        kills.leave_one_worker()
        stored_files.settle(own, uploads)
    answers: Counter[str] = sum((user.answers for user in users), Counter())
    print(
        f"{len(uploads)} uploads in {sent:.0f} s, all in {time.monotonic() - begun:.0f} s; {dict(kills.done)};"
        f" {dict(answers)}; {Counter(upload.fate for upload in uploads)};"
        f" {own.rows('SELECT status, reason, tries, count(*) FROM media GROUP BY 1, 2, 3')}"
    )
    assert [problem for user in users for problem in user.problems] == []
    assert stored_files.problems(own, uploads) == []
    assert len(uploads) > USERS
    assert kills.done
    assert not [code for code in answers if code.startswith("5") and code != "503"]
