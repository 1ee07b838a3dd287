"""A resolved error that comes back: in the same or an older release it stays resolved, in a newer one it reopens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.system.errors import service
from metaia.system.releases import release
from tests.support.failures import Failing, kind_of_error, listed
from tests.support.people import Person

Report = Callable[[], None]


@pytest.fixture
def run_release(monkeypatch: pytest.MonkeyPatch, report: Report) -> Callable[[str], None]:
    """Give a function that makes this process one of another release."""

    def run(name: str) -> None:
        monkeypatch.setattr(release, "name", lambda: name)
        report()  # which registers the release

    return run


@pytest.mark.parametrize(
    ("state", "order", "expected"),
    [
        pytest.param("resolved", ["first", "first", "first"], "resolved", id="the same release"),
        pytest.param("resolved", ["first", "first", "second"], "open", id="a newer release"),
        pytest.param("resolved", ["first", "second", "first"], "resolved", id="an older release"),
        pytest.param("ignored", ["first", "first", "second"], "ignored", id="ignored for ever"),
    ],
)
def test_a_newer_release_reopens(
    failing: Failing,
    report: Report,
    admin: Person,
    run_release: Callable[[str], None],
    state: str,
    order: list[str],
    expected: str,
) -> None:
    kind, suffix = kind_of_error(), new_id()
    seen, changed, again = (f"{name}-{suffix}" for name in order)
    run_release(seen)
    failing.request(kind())
    report()
    run_release(changed)
    (found,) = listed(admin, kind)
    admin.patch(f"/api/system/errors/{found['fingerprint']}", {"state": state})
    run_release(again)
    failing.request(kind())
    report()
    (found,) = listed(admin, kind)
    assert (found["state"], found["count"], found["release"]) == (expected, 2, again)


def announced(admin: Person) -> list[Json]:
    answer = admin.get("/api/notifications", params={"limit": 100}).json()
    return [each for each in answer["data"]["notifications"] if each["type"] == "error_new"]


def test_admins_are_notified_of_new_errors_once_in_ten_minutes(
    failing: Failing, report: Report, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "may_announce", lambda latest, now: True)
    service.announce()
    before = len(announced(admin))
    kind, other = kind_of_error(), kind_of_error()
    failing.request(kind())
    failing.request(other())
    report()
    assert service.announce() == 2
    assert service.announce() == 0
    monkeypatch.undo()
    notices = announced(admin)
    assert len(notices) == before + 1
    assert notices[0]["data"]["count"] == 2
    late = kind_of_error()
    failing2 = Failing(failing._world, monkeypatch)
    failing2.request(late())
    report()
    assert service.announce() == 0
    assert len(announced(admin)) == before + 1


def test_a_resolved_error_is_not_announced(
    failing: Failing, report: Report, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "may_announce", lambda latest, now: True)
    service.announce()
    kind = kind_of_error()
    failing.request(kind())
    report()
    (found,) = listed(admin, kind)
    admin.patch(f"/api/system/errors/{found['fingerprint']}", {"state": "resolved"})
    assert service.announce() == 0
