"""The stores of the tests as settings of the application: a folder, a real S3 server, the stub of Cloudinary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from metaia.providers.storage import registry
from metaia.providers.storage.interface import Store
from metaia.providers.storage.s3 import Bucket

NAMES = ("local", "s3", "cloudinary")
CLOUDINARY_URL = "cloudinary://test-api-key:test-api-secret@demo"


def s3_settings(bucket: Bucket) -> dict[str, str]:
    """Return the settings of a bucket that has no CDN."""
    return {
        "STORAGE": "s3",
        "MEDIA_BASE_URL": "",
        "S3_BASE_URL": bucket.base_url,
        "S3_BUCKET": bucket.name,
        "S3_REGION": bucket.region,
        "S3_ACCESS_KEY_ID": bucket.key_id,
        "S3_SECRET_ACCESS_KEY": bucket.secret,
    }


def cloudinary_settings(stub_url: str) -> dict[str, str]:
    """Return the settings of the stub, which is its own CDN."""
    return {
        "STORAGE": "cloudinary",
        "MEDIA_BASE_URL": stub_url,
        "CLOUDINARY_URL": CLOUDINARY_URL,
        "CLOUDINARY_BASE_URL": stub_url,
    }


@contextmanager
def using(app: Flask, settings: dict[str, str]) -> Iterator[Store]:
    """Let the application use another store inside."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setitem(app.config, name, value)
        patch.setitem(app.extensions, registry.EXTENSION, {})
        yield registry.store(app)
        for store in app.extensions[registry.EXTENSION].values():
            store.close()
