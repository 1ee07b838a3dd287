"""The audit log as admins read it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from metaia.core import db
from metaia.core.audit import chain as audit_chain
from metaia.core.times import now, rfc3339
from tests.admin.conftest import AUDIT, USERS, WHY


def page(staff, **query):
    answer = staff.get(f"{AUDIT}?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["entries"], answer.json()["meta"]["nextCursor"]


@pytest.fixture
def changed(world, admin):
    """Give a person that was disabled and enabled three times."""
    person = world.person()
    for active in (False, True) * 3:
        admin.patch(f"{USERS}/{person.id}", WHY | {"active": active})
    return person


def test_entries_are_found_by_who_did_what_to_whom(world, admin, changed):
    subject = f"user-{changed.id}"
    assert {e["subject"] for e in page(admin, subject=subject)[0]} == {subject}
    mine = page(admin, actor=admin.id, subject=subject)[0]
    actions = [e["action"] for e in mine if e["action"] != "session.ended"]
    assert actions == ["account.enabled", "account.disabled"] * 3
    closed = page(admin, actor=admin.id, subject=subject, action="account.disabled", sort="at")[0]
    assert [e["action"] for e in closed] == ["account.disabled"] * 3
    assert closed == sorted(closed, key=lambda entry: entry["at"])
    assert page(admin, actor=world.staff().id, subject=subject)[0] == []


def test_entries_are_found_by_their_time(admin, changed):
    subject = f"user-{changed.id}"
    entries = page(admin, subject=subject, actor=admin.id, sort="at")[0]
    third = entries[2]["at"]
    assert page(admin, subject=subject, actor=admin.id, sort="at", **{"from": third})[0] == entries[2:]
    assert page(admin, subject=subject, actor=admin.id, sort="at", to=third)[0] == entries[:2]
    later = rfc3339(now() + timedelta(minutes=1))
    assert page(admin, subject=subject, **{"from": later})[0] == []


def test_pages_follow_each_other(admin, changed):
    query = {"subject": f"user-{changed.id}", "actor": admin.id}
    whole, _ = page(admin, **query)
    seen, cursor = page(admin, **query, limit=4)
    more, end = page(admin, **query, limit=4, cursor=cursor)
    assert (seen + more, end) == (whole, None)


def test_entries_get_their_number_and_hash(admin, changed):
    while audit_chain.seal():
        pass
    [entry] = page(admin, subject=f"user-{changed.id}", actor=admin.id, limit=1)[0]
    head = audit_chain.head()
    assert entry["number"] <= head.number
    assert len(bytes.fromhex(entry["hash"])) == 32
    assert audit_chain.verify()[1] is None


@pytest.mark.parametrize("role", ["support", "admin", "super_admin"])
def test_admins_read_it_and_support_does_not(world, role):
    assert world.staff(role).get(AUDIT).status_code == (403 if role == "support" else 200)


@pytest.mark.parametrize(
    "query", ["from=yesterday", "to=2024-01-01", "sort=actor", "limit=0", "cursor=x", "number=1", f"actor={'x' * 65}",
              "subject=%00", "from=2024-01-01T00:00:00"]
)  # fmt: skip
def test_what_cannot_be_asked_is_invalid(admin, query):
    assert admin.get(f"{AUDIT}?{query}").status_code == 422


def test_nothing_secret_and_nothing_personal_is_in_it(world, admin):
    person = world.person(phone="+91 98765 43210")
    admin.patch(f"{USERS}/{person.id}", WHY | {"role": "vendor"})
    told = str([entry | {"address": None} for entry in page(admin, subject=f"user-{person.id}")[0]])
    for secret in (person.user["email"], person.user["phone"], person.token, person.refresh_token):
        assert secret not in told
    assert db is not None
