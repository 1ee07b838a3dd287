"""kill -9 while a hidden picture is moved: the next job finishes, and the store has nothing that no row knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from metaia.media.cleaning import trash
from metaia.media.hiding import jobs
from metaia.providers.storage.interface import Store
from tests.support import received
from tests.support.people import World
from tests.support.stored_media import current, stored

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from metaia.app import create_app
from metaia.media.hiding import jobs
app = create_app()
with app.app_context():
    jobs.move(sys.argv[1])
"""
SETTINGS = ("STORAGE", "MEDIA_BASE_URL", "S3_BASE_URL", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY_ID",
            "S3_SECRET_ACCESS_KEY", "CLOUDINARY_URL", "CLOUDINARY_BASE_URL")  # fmt: skip

pytestmark = pytest.mark.chaos


def test_a_killed_move_loses_nothing_and_leaves_nothing(app: Flask, store: Store, world: World) -> None:
    if store.name == "local":
        return  # nothing is moved
    tailor, admin = world.person("tailor"), world.staff("admin")
    media = stored(app, tailor, folder="menu", size=1_000)
    key = str(media.key).partition("/")[2]
    assert admin.patch(f"/api/upload/{media.id}/hide").status_code == 200
    environment = (
        os.environ | {name: str(app.config[name]) for name in SETTINGS} | {"METAIA_FAULT": "media_copied"}
    )
    killed = subprocess.run([sys.executable, "-c", PROGRAM, media.id], cwd=ROOT, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    found = {area: {each.key for each in store.listed(f"{area}/{key}")} for area in ("public", "private")}
    assert found["public"] == received.served(media)
    assert found["private"] == received.trashed(media)
    jobs.move(media.id)
    while trash.purge_batch():
        pass
    assert received.served(media) == found["private"]
    assert [{each.key for each in store.listed(f"{area}/{key}")} for area in ("public", "private")] == [
        set(),
        found["private"],
    ]
    assert not received.trashed(media)
    assert current(media.id).status == "hidden"
