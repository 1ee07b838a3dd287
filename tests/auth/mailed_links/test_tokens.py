"""Email tokens work once, for a limited time, for one purpose, and cannot be forged."""

from __future__ import annotations

import base64
from datetime import timedelta

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core import db
from metaia.core.errors import Gone, Invalid
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.users import queries as user_queries
from tests.support.account_mails import rolled_back
from tests.support.people import Person

PURPOSE = email_tokens.VERIFY_EMAIL


@pytest.fixture
def person(world):
    return world.person()


def issue(person: Person, purpose: str = PURPOSE, *, minutes: int = 5, **data: str) -> str:
    token_id = new_id()
    with db.transaction():
        user_queries.to_change(person.id)
        assert email_tokens.issue(person.id, purpose, data, minutes, token_id=token_id)
    return email_tokens.encode(token_id, purpose)


def use(token: str, *purposes: str) -> email_tokens.Redeemed:
    with db.transaction():
        return email_tokens.redeem(token, *(purposes or (PURPOSE,)))


def code_of(token: str, *purposes: str) -> str:
    with pytest.raises((Gone, Invalid)) as caught:
        use(token, *purposes)
    return caught.value.code


def test_a_link_works_once_and_brings_its_user_and_data(person):
    token = issue(person, note="yes")
    used = use(token)
    assert (used.person.id, used.purpose, used.data) == (person.id, PURPOSE, {"note": "yes"})
    assert code_of(token) == "proof_used"


def test_of_many_at_once_one_gets_through(app, person):
    token = issue(person)

    def attempt():
        with app.app_context():
            try:
                return use(token).purpose
            except Gone as refused:
                return refused.code

    tries = [gevent.spawn(attempt) for _ in range(5)]
    assert sorted(attempt.get(timeout=20) for attempt in tries) == ["proof_used"] * 4 + [PURPOSE]


def test_what_fails_after_its_use_leaves_the_link_as_it_was(person):
    token = issue(person)
    with rolled_back():
        email_tokens.redeem(token, PURPOSE)
    assert use(token).person.id == person.id


def test_a_link_is_for_one_purpose(person):
    token = issue(person)
    assert code_of(token, email_tokens.RESET_PASSWORD) == "proof_invalid"
    assert use(token, email_tokens.RESET_PASSWORD, PURPOSE).purpose == PURPOSE


def test_its_time_passes(person):
    token = issue(person, minutes=0)
    assert code_of(token) == "proof_expired"


def test_a_newer_link_voids_the_older_one_of_its_purpose_and_of_its_user_only(world, person):
    other = world.person()
    foreign, reset, first, second = (
        issue(other),
        issue(person, email_tokens.RESET_PASSWORD),
        issue(person),
        issue(person),
    )
    assert code_of(first) == "proof_expired"
    assert use(second).person.id == person.id
    assert use(reset, email_tokens.RESET_PASSWORD).person.id == person.id
    assert use(foreign).person.id == other.id


def test_a_job_that_comes_twice_issues_once(person):
    token_id = new_id()
    for first in (True, False):
        with db.transaction():
            user_queries.to_change(person.id)
            assert email_tokens.issue(person.id, PURPOSE, {}, 5, token_id=token_id) is first
    assert use(email_tokens.encode(token_id, PURPOSE)).person.id == person.id


def test_every_change_of_a_token_makes_it_invalid(person):
    token = issue(person)
    raw = base64.urlsafe_b64decode(token)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert code_of(base64.urlsafe_b64encode(changed).decode()) == "proof_invalid"
    assert use(token).person.id == person.id


@pytest.mark.usefixtures("server")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=200), st.text("AZaz09-_=+/. ", min_size=63, max_size=65)))
def test_no_text_is_a_token_by_chance_or_breaks_the_reader(junk):
    assert code_of(junk) == "proof_invalid"


def test_another_secret_makes_other_tokens(app, person, monkeypatch):
    token = issue(person)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-key-of-thirty-two-characters")
    assert code_of(token) == "proof_invalid"


def test_a_token_is_kept_nowhere(person):
    token = issue(person)
    for table in ("proofs", "notifications", "deliveries", "outbox", "event_log", "audit_log"):
        rows = db.fetch_all(text(f"SELECT t::text AS row FROM {table} t"))
        assert not any(token in row.row or token[22:] in row.row for row in rows), table


def test_somebody_who_was_disabled_has_no_use_for_a_link(person):
    token = issue(person)
    with db.transaction():
        change = "UPDATE users SET active = false, inactive_because = 'disabled' WHERE id = :id"
        db.execute(text(change), {"id": person.id})
    assert code_of(token) == "proof_expired"


def test_old_links_are_tidied_away_and_say_that_they_are_old(person):
    old = issue(person, email_tokens.RESET_PASSWORD, minutes=-120)
    young = issue(person, email_tokens.UNLOCK, minutes=-30)
    with db.transaction():
        assert email_tokens.purge_expired(now() - timedelta(hours=1)) >= 1
    left = db.fetch_all(text("SELECT purpose FROM proofs WHERE user_id = :id"), {"id": person.id})
    assert sorted(row.purpose for row in left) == [email_tokens.UNLOCK, email_tokens.VERIFY_EMAIL]
    assert code_of(old, email_tokens.RESET_PASSWORD) == code_of(young, email_tokens.UNLOCK) == "proof_expired"
