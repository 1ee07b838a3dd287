"""Each test here runs with each store: the local folder, a real S3 server, and the stub of Cloudinary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from metaia.dev.stubs.server import Stub
from metaia.providers.storage.interface import Store
from metaia.providers.storage.s3 import Bucket
from tests.support import rclone, stores
from tests.support.server import Server


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Give an empty bucket of a real server."""
    with rclone.serving(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(scope="session")
def stub() -> Iterator[Stub]:
    """Give the stub of all vendors."""
    with Stub({"CLOUDINARY_URL": stores.CLOUDINARY_URL}) as running:
        yield running


@pytest.fixture(params=stores.NAMES)
def store(request: pytest.FixtureRequest, app: Flask, server: Server) -> Iterator[Store]:
    """Let the application of the tests use a store of each kind, and give it."""
    settings = {
        "local": lambda: {"STORAGE": "local", "MEDIA_BASE_URL": server.url},
        "s3": lambda: stores.s3_settings(request.getfixturevalue("bucket")),
        "cloudinary": lambda: stores.cloudinary_settings(request.getfixturevalue("stub").url),
    }[request.param]()
    with app.app_context(), stores.using(app, settings) as made:
        yield made
