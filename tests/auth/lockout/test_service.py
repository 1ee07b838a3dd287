"""Login delays: which logins failures delay, for how long, and which ones not."""

from __future__ import annotations

import uuid
from dataclasses import replace

import gevent
import pytest
from sqlalchemy import text

from metaia.auth.jobs import tidy
from metaia.auth.lockout import policy as lockout_policy
from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import policy as password_policy
from metaia.core import db
from tests.support.account_mails import actions
from tests.support.login_client import WRONG, code_of
from tests.support.people import PASSWORD


def anybody():
    return f"{uuid.uuid4().hex}@test.example"


def address():
    """Return an unused address of the network for documentation (RFC 3849), in a /64 of its own."""
    return f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def email(person):
    return person.user["email"]


@pytest.fixture
def counted_by_address(monkeypatch):
    """Let failures count by address, as they do in production."""
    monkeypatch.setattr(lockout, "ADDRESS", lockout_policy.ADDRESS)


def test_after_three_mistakes_each_further_one_makes_one_wait_twice_as_long(login_client, clock, email):
    assert login_client.fail(email, 4) == [401] * 4
    for seconds in (1, 2, 4, 8):
        refused = login_client.login(email)
        assert (refused.status_code, code_of(refused)) == (429, "too_many_attempts")
        assert refused.headers["Retry-After"] == str(seconds)
        clock.skip(seconds)
        assert login_client.fail(email, 1) == [401]
    clock.skip(16)
    assert login_client.login(email).status_code == 200


def test_getting_in_clears_what_was_counted(login_client, email):
    assert login_client.fail(email, 3) == [401] * 3
    assert login_client.login(email).status_code == 200
    assert login_client.fail(email, 4) == [401] * 4


def test_an_account_that_does_not_exist_makes_one_wait_alike(login_client, email):
    known = [login_client.login(email, WRONG) for _ in range(6)]
    unknown = [login_client.login(nobody, WRONG) for nobody in [anybody()] for _ in range(6)]
    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert one.json["error"] == other.json["error"]
        assert one.headers.get("Retry-After") == other.headers.get("Retry-After")


@pytest.mark.parametrize("exists", [True, False])
def test_while_one_waits_no_password_is_even_looked_at(login_client, email, monkeypatch, exists):
    account = email if exists else anybody()
    login_client.fail(account, 4)
    monkeypatch.setattr(password_policy, "matching_form", lambda *_: pytest.fail("a password was looked at"))
    assert login_client.login(account).status_code == 429


def test_who_knocks_while_waiting_does_not_wait_longer(login_client, clock, email):
    login_client.fail(email, 4)
    assert login_client.fail(email, 10) == [429] * 10
    clock.skip(1)
    assert login_client.login(email).status_code == 200


def failures(attempt):
    subject = next(s for s in attempt.subjects(code=False) if s.startswith("pair:"))
    return db.fetch_value(text("SELECT failures FROM login_delays WHERE subject = :it"), {"it": subject})


@pytest.mark.usefixtures("server")
def test_failures_at_the_same_moment_all_count(login_client):
    email = anybody()
    tries = [gevent.spawn(login_client.login, email, WRONG) for _ in range(3)]
    assert [attempt.get(timeout=30).status_code for attempt in tries] == [401] * 3
    assert failures(lockout.Attempt(email, "127.0.0.1")) == pytest.approx(3, abs=0.01)


def test_many_at_once_are_no_better_than_one_after_the_other(login_client, email):
    tries = [gevent.spawn(login_client.login, email, WRONG) for _ in range(12)]
    statuses = sorted(attempt.get(timeout=30).status_code for attempt in tries)
    assert statuses == [401] * 4 + [429] * 8


def test_a_right_password_among_many_at_once_is_not_told_from_a_wrong_one(login_client, email, monkeypatch):
    """A right password is judged as if it came after the failures that were faster."""
    matching_form = password_policy.matching_form

    def slowly(password, hash_):
        right = matching_form(password, hash_)
        if right:
            login_client.fail(email, 4)
        return right

    monkeypatch.setattr(password_policy, "matching_form", slowly)
    assert login_client.login(email).status_code == 429


def test_who_fails_from_one_address_makes_only_that_address_wait(login_client, email):
    stranger = address()
    assert login_client.fail(email, 5, address=stranger) == [401] * 4 + [429]
    assert login_client.login(email, address=address()).status_code == 200


def test_an_account_tried_from_everywhere_waits_half_a_minute_at_most(login_client, clock, email):
    assert [login_client.fail(email, 1, address=address()) for _ in range(11)] == [[401]] * 11
    waits = []
    for _ in range(8):
        refused = login_client.login(email, address=address())
        assert refused.status_code == 429
        waits.append(int(refused.headers["Retry-After"]))
        clock.skip(waits[-1])
        assert login_client.fail(email, 1, address=address()) == [401]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_where_somebody_has_logged_in_before_they_are_not_held_back_by_others(login_client, email):
    home = address()
    assert login_client.login(email, address=home).status_code == 200
    for _ in range(11):
        login_client.fail(email, 1, address=address())
    assert login_client.login(email, address=address()).status_code == 429
    assert login_client.login(email, address=home).status_code == 200


@pytest.mark.usefixtures("counted_by_address")
def test_an_address_that_fails_with_many_accounts_waits_for_all_of_them(login_client, clock, email):
    bad, good = address(), address()
    assert [login_client.fail(anybody(), 1, address=bad) for _ in range(21)] == [[401]] * 21
    refused = login_client.login(email, address=bad)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert login_client.login(email, address=good).status_code == 200
    clock.skip(1)
    assert login_client.login(email, address=bad).status_code == 200
    assert login_client.fail(anybody(), 1, address=bad) == [401]  # the address still has failures
    assert login_client.login(email, address=bad).headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        (None, "192.0.2.1", False),
    ],
)
def test_what_counts_as_one_address(one, other, same):
    first, second = (
        lockout.Attempt("a@b.example", found).subjects(code=False).keys() for found in (one, other)
    )
    assert (first == second) is same


def test_a_subject_fits_its_column_whatever_comes():
    attempt = lockout.Attempt("x" * 10_000, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
    assert all(len(subject) <= 200 for subject in attempt.subjects(code=True))


def test_the_owner_gets_a_link_that_ends_the_wait(world, login_client, clock, person, email, account_mails):
    for _ in range(11):
        login_client.fail(email, 1, address=address())
    account_mails.work()
    token = account_mails.token(person, email_tokens.UNLOCK)
    assert login_client.login(email, address=address()).status_code == 429
    unlocked = world.call("POST", "/api/auth/confirm-unlock", json={"token": token})
    assert unlocked.status_code == 200
    assert login_client.login(email, address=address()).status_code == 200
    clock.skip(60)
    assert "account.unlocked" in actions(person)


def test_the_owner_is_told_when_it_begins_and_not_at_each_failure(
    login_client, clock, person, email, account_mails
):
    for _ in range(14):
        login_client.fail(email, 1, address=address())
        clock.skip(30)
    account_mails.work()
    assert len(account_mails.tokens(person, email_tokens.UNLOCK)) == 1
    assert account_mails.queue.job_ids == []


def test_nobody_is_told_of_an_account_that_does_not_exist(login_client, account_mails):
    email = anybody()
    for _ in range(11):
        login_client.fail(email, 1, address=address())
    assert account_mails.work() == [False]


def test_the_audit_log_has_failures_of_accounts_that_exist(login_client, person, email):
    login_client.fail(email, 2)
    login_client.login(email)
    assert actions(person)[-3:] == ["account.login_failed", "account.login_failed", "account.login"]


def test_guessing_the_password_inside_a_session_counts_too(person, clock):
    def guess(password):
        return person.post("/api/auth/second-factor", {"password": password})

    assert [guess(WRONG).status_code for _ in range(5)] == [403] * 4 + [429]
    assert guess(PASSWORD).status_code == 429
    clock.skip(1)
    assert guess(PASSWORD).status_code == 201


@pytest.mark.usefixtures("server")
def test_old_failures_are_tidied_away(login_client, clock):
    email = anybody()
    attempt = lockout.Attempt(email, "127.0.0.1")
    clock.skip(-lockout.RETENTION.total_seconds() - 60)
    login_client.fail(email, 2)
    assert failures(attempt)
    tidy()
    assert failures(attempt) is None


def test_what_is_kept_outlives_what_is_remembered():
    for each in (lockout_policy.PAIR, lockout_policy.ADDRESS, lockout_policy.ACCOUNT, lockout_policy.CODE):
        assert each.after_failure(each.max_count, lockout.RETENTION.total_seconds()) <= 1 + 1e-9
    assert replace(lockout_policy.PAIR, free=0).wait(1) == 1
