"""The stores of an application."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaia.providers.errors import Technical
from metaia.providers.storage import registry
from metaia.providers.storage.local import Local


def test_an_application_has_one_object_per_store(app):
    store = registry.store(app)
    assert isinstance(store, Local)
    assert store.folder == Path(app.config["METAIA_HOME"]) / "media"
    assert registry.store(app, "local") is store is registry.local(app)


def test_a_store_without_settings_is_refused(app):
    with pytest.raises(Technical, match="the store s3 needs S3_BASE_URL"):
        registry.store(app, "s3")
    with pytest.raises(Technical, match="no store has the name floppy"):
        registry.store(app, "floppy")
