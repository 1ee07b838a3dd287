"""kill -9 between any two steps of the job: the next job finishes, and the store has nothing that no row knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from metaia.media import jobs
from metaia.media.processing import folders
from metaia.media.state import PROCESSING, READY
from tests.media.sandbox import pictures
from tests.support import received
from tests.support.people import World
from tests.support.received import IMAGE, now_of, receive

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from metaia.app import create_app
from metaia.media import jobs
app = create_app()
with app.app_context():
    jobs.process(sys.argv[1])
"""
POINTS = ("media_claimed", "media_checked", "media_announced", "media_stored")

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_job_loses_nothing_and_leaves_nothing(app: Flask, world: World, point: str) -> None:
    owner, before = world.person(), received.stored(app)
    media = receive(owner, IMAGE, "image/jpeg", pictures.encoded(pictures.photo()))
    environment = os.environ | {"METAIA_FAULT": point}
    killed = subprocess.run([sys.executable, "-c", PROGRAM, media.id], cwd=ROOT, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert now_of(media).status == PROCESSING
    new = received.stored(app) - before
    assert new <= received.trashed(media) | received.served(media)
    jobs.process(media.id)
    assert now_of(media).status == READY
    assert received.parts_of(media) == 0
    assert received.stored(app) - before == received.served(media) | (received.trashed(media) & new)
    assert not received.served(media) & received.trashed(media)
    folders.sweep(folders.root(app.config["METAIA_HOME"]))
    assert list(folders.root(app.config["METAIA_HOME"]).iterdir()) == []
