"""Stores for tests: each test of the shared suite runs with a local folder, a real S3 server and Cloudinary's stub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metaia.providers.storage.interface import Store
from metaia.providers.storage.local import Local
from metaia.providers.storage.s3 import S3, Bucket
from metaia.providers.storage.signed_addresses import AddressSigner
from tests.support import rclone


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Give an empty bucket of a real server."""
    with rclone.serving(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give a store of each kind."""
    made: Store
    if request.param == "local":
        made = Local(tmp_path / "media", "http://media.test", AddressSigner(["key"]))
    else:
        made = S3(request.getfixturevalue("bucket"))
    yield made
    made.close()


@pytest.fixture
def s3(bucket: Bucket) -> Iterator[S3]:
    """Give the store of the real S3 server."""
    made = S3(bucket)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of 5,000 bytes."""
    path = tmp_path / "file"
    path.write_bytes(bytes(range(250)) * 20)
    return path
