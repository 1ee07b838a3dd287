"""Health in one answer, and the version."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from metaia import __version__
from metaia.system import health
from metaia.system.releases import release
from tests.support.people import World


def test_health_has_live_and_all_checks(world: World) -> None:
    found = requests.get(f"{world.url}/api/system/health", timeout=10).json()["data"]
    ready = requests.get(f"{world.url}/api/system/health/ready", timeout=10).json()["data"]
    assert found == ready | {"live": True}
    assert set(found["checks"].values()) == {"ok"}


def test_health_is_unavailable_with_the_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "checks", lambda: {"redis": "TimeoutError", "release": "ok", "process": "ok"})
    answer = requests.get(f"{world.url}/api/system/health", timeout=10)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["details"]["redis"]) == (
        503,
        "not_ready",
        "TimeoutError",
    )


def test_the_version_names_the_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "_of_checkout", lambda root: "a" * 40)
    found = requests.get(f"{world.url}/api/system/version", timeout=10).json()["data"]
    assert (found["version"], found["commit"], found["api"]) == (__version__, "a" * 40, "1")
    assert found["startedAt"] < "2190"


def test_a_folder_without_a_checkout_has_no_commit(tmp_path: Path) -> None:
    assert release._of_checkout(tmp_path) is None
