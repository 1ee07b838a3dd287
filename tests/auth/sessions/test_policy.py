"""A refresh token that is used twice: repeated for a short time, else the end of its session."""

import gevent
import jwt
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from tests.auth.sessions.test_service import age, login, me, refresh
from tests.support.people import Person

ATTEMPT = "an-attempt-of-a-session"
OTHER_ATTEMPT = "an-attempt-of-a-stranger"


@pytest.fixture
def person(world):
    return world.person()


def attempt(world, token, attempt_id=ATTEMPT):
    body = {"refreshToken": token, "attemptId": attempt_id}
    return world.call("POST", "/api/auth/refresh", json=body)


def tokens_of(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def id_of(token):
    return jwt.decode(token, options={"verify_signature": False})["jti"]


def require_ended(world, answer, *access_tokens):
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "refresh_reused")
    for token in access_tokens:
        assert me(world, token).json()["error"]["code"] == "session_ended"


def test_two_tabs_that_refresh_at_once_stay_logged_in(world, person):
    tabs = [gevent.spawn(refresh, world, person.refresh_token) for _ in range(6)]
    found = [tokens_of(tab.get(timeout=30)) for tab in tabs]
    assert len({tokens["refreshToken"] for tokens in found}) == 1
    assert {me(world, tokens["accessToken"]).status_code for tokens in found} == {200}
    assert refresh(world, found[0]["refreshToken"]).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(19, 200), (20, 401)])
def test_a_refresh_is_repeated_for_twenty_seconds(world, person, seconds, status):
    first = tokens_of(refresh(world, person.refresh_token))
    age(person, seconds)
    again = refresh(world, person.refresh_token)
    assert again.status_code == status
    assert me(world, first["accessToken"]).status_code == status


def test_repeating_does_not_prolong_the_twenty_seconds(world, person):
    tokens_of(refresh(world, person.refresh_token))
    age(person, 15)
    tokens_of(refresh(world, person.refresh_token))
    age(person, 5)
    require_ended(world, refresh(world, person.refresh_token), person.token)


def test_a_repeated_token_that_is_older_by_two_ends_the_session(world, person):
    second = tokens_of(refresh(world, person.refresh_token))
    third = tokens_of(refresh(world, second["refreshToken"]))
    require_ended(world, refresh(world, person.refresh_token), third["accessToken"])


def test_nothing_is_repeated_when_the_setting_is_zero(app, world, person, monkeypatch):
    monkeypatch.setitem(app.config, "REFRESH_REUSE_SECONDS", 0)
    first = tokens_of(refresh(world, person.refresh_token))
    require_ended(world, refresh(world, person.refresh_token), first["accessToken"])


def test_a_lost_answer_is_given_again_for_ten_minutes(world, person):
    first = tokens_of(attempt(world, person.refresh_token))
    age(person, 599)
    again = tokens_of(attempt(world, person.refresh_token))
    assert id_of(again["refreshToken"]) == id_of(first["refreshToken"])
    assert me(world, again["accessToken"]).status_code == 200
    age(person, 1)
    require_ended(world, attempt(world, person.refresh_token), first["accessToken"])


@pytest.mark.parametrize("attempt_id", [OTHER_ATTEMPT, None, ATTEMPT.upper()])
def test_another_attempt_is_not_answered_again(world, person, attempt_id):
    first = tokens_of(attempt(world, person.refresh_token))
    age(person, 20)
    require_ended(world, attempt(world, person.refresh_token, attempt_id), first["accessToken"])


def test_an_attempt_counts_only_if_the_refresh_had_it(world, person):
    first = tokens_of(refresh(world, person.refresh_token))
    age(person, 20)
    require_ended(world, attempt(world, person.refresh_token), first["accessToken"])


def test_an_attempt_ends_when_its_successor_is_used(world, person):
    first = tokens_of(attempt(world, person.refresh_token))
    second = tokens_of(attempt(world, first["refreshToken"]))
    age(person, 20)
    require_ended(world, attempt(world, person.refresh_token), second["accessToken"])


@pytest.mark.parametrize(
    "attempt_id", ["x" * 21, "x" * 65, "x" * 21 + "é", "x" * 30 + " ", "x" * 30 + "\n", 7, []]
)
def test_a_bad_attempt_uses_nothing_up(world, person, attempt_id):
    answer = attempt(world, person.refresh_token, attempt_id)
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, ["attemptId"])
    assert refresh(world, person.refresh_token).status_code == 200


def test_a_token_of_another_session_is_never_repeated(world, person):
    other = Person(world, tokens_of(login(world, person.user["email"])))
    tokens_of(refresh(world, person.refresh_token))
    tokens_of(refresh(world, other.refresh_token))
    first, second = (tokens_of(refresh(world, one.refresh_token)) for one in (person, other))
    assert first["refreshToken"] != second["refreshToken"]


def test_an_ended_session_is_not_repeated(world, person):
    tokens_of(attempt(world, person.refresh_token))
    assert person.post("/api/auth/logout").status_code == 200
    assert attempt(world, person.refresh_token).json()["error"]["code"] == "session_ended"


def test_a_missing_second_factor_stops_a_repetition_too(app, world, monkeypatch):
    admin = world.staff("admin")
    tokens_of(refresh(world, admin.refresh_token))
    monkeypatch.setitem(app.config, "REQUIRE_SECOND_FACTOR", True)
    assert refresh(world, admin.refresh_token).json()["error"]["code"] == "second_factor_needed"


def test_a_rotation_by_an_earlier_release_ends_the_repetition(world, person):
    tokens_of(refresh(world, person.refresh_token))
    with db.transaction():
        db.execute(
            text("UPDATE sessions SET refresh_jti = :jti, used_at = now() WHERE user_id = :id"),
            {"jti": new_id(), "id": person.id},
        )
    require_ended(world, refresh(world, person.refresh_token), person.token)
