"""A change of e-mail address needs both mailboxes, in either order, and does not reveal if an address is taken."""

from __future__ import annotations

import uuid

import gevent
import pytest

from metaia.auth.account import email_change
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from tests.support.account_mails import actions, notification_data
from tests.support.people import PASSWORD, Person

OLD, NEW = email_tokens.CHANGE_OLD, email_tokens.CHANGE_NEW


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def wish():
    return f"{uuid.uuid4().hex}@test.example"


def ask(person, email, password=PASSWORD):
    return person.post("/api/auth/change-email", {"email": email, "password": password})


def asked(person, email, account_mails):
    """Request another address, and return the tokens that were mailed to the old and the new mailbox."""
    assert ask(person, email).status_code == 202
    assert account_mails.work() == [True]
    return account_mails.token(person, OLD), account_mails.token(person, NEW)


def agree(world, token):
    return world.call("POST", "/api/auth/confirm-email", json={"token": token})


def changed(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["changed"]


def code(answer):
    return answer.json()["error"]["code"]


def login(world, email):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": PASSWORD}).status_code


def address(person):
    return person.get("/api/auth/me").json()["data"]["user"]["email"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["old first", "new first"])
def test_the_address_changes_when_both_mailboxes_have_agreed(world, person, wish, account_mails, order):
    tokens = asked(person, wish.upper(), account_mails)
    assert changed(agree(world, tokens[order[0]])) is False
    assert address(person) == person.user["email"]
    assert code(agree(world, tokens[order[0]])) == "proof_used"
    assert changed(agree(world, tokens[order[1]])) is True
    user = person.get("/api/auth/me").json()["data"]["user"]
    assert (user["email"], user["emailVerified"]) == (wish, True)
    assert (login(world, wish), login(world, person.user["email"])) == (200, 401)
    assert notification_data(person, "email_changed") == [{"email": wish}]
    assert "account.email_changed" in actions(person)


def test_both_at_the_same_moment_change_it_once(world, person, wish, account_mails):
    tries = [gevent.spawn(agree, world, token) for token in asked(person, wish, account_mails)]
    assert sorted(changed(attempt.get(timeout=20)) for attempt in tries) == [False, True]
    assert address(person) == wish
    assert len(notification_data(person, "email_changed")) == 1


def test_an_address_that_is_taken_gets_the_same_answer_and_no_mail(world, person, wish, account_mails):
    holder = world.person()
    taken = ask(person, holder.user["email"].upper())
    account_mails.work()
    free = ask(person, wish)
    account_mails.work()
    assert taken.status_code == free.status_code == 202
    assert taken.content == free.content
    assert [data["email"] for data in notification_data(person, OLD)] == [holder.user["email"], wish]
    assert [data["email"] for data in notification_data(person, NEW)] == [wish]
    assert notification_data(holder, NEW) == []


def test_the_old_mailbox_sees_no_difference_either(world, person, account_mails):
    ask(person, world.person().user["email"])
    account_mails.work()
    assert changed(agree(world, account_mails.token(person, OLD))) is False
    assert address(person) == person.user["email"]


def test_an_address_that_was_taken_meanwhile_is_not_given_twice(world, person, wish, account_mails):
    old, new = asked(person, wish, account_mails)
    agree(world, old)
    world.person(email=wish)
    answer = agree(world, new)
    assert (answer.status_code, code(answer)) == (409, "email_taken")
    assert address(person) == person.user["email"]


def test_of_two_who_want_an_address_and_have_agreed_one_gets_it(world, wish, account_mails):
    people = [world.person(), world.person()]
    tokens = []
    for person in people:
        old, new = asked(person, wish, account_mails)
        agree(world, old)
        tokens.append(new)
    tries = [gevent.spawn(agree, world, token) for token in tokens]
    assert sorted(attempt.get(timeout=20).status_code for attempt in tries) == [200, 409]
    assert [address(person) for person in people].count(wish) == 1


def test_agreements_to_two_different_changes_do_not_add_up(world, person, wish, account_mails):
    old, _ = asked(person, f"{uuid.uuid4().hex}@test.example", account_mails)
    assert changed(agree(world, old)) is False
    _, second_new = asked(person, wish, account_mails)
    assert changed(agree(world, second_new)) is False
    assert address(person) == person.user["email"]


def test_a_new_change_voids_the_links_of_the_one_before(world, person, wish, account_mails):
    first = asked(person, f"{uuid.uuid4().hex}@test.example", account_mails)
    ask(person, world.person().user["email"])  # taken, so nothing is mailed to the new address
    account_mails.work()
    assert [code(agree(world, token)) for token in first] == ["proof_expired"] * 2


def test_a_changed_password_voids_the_links(world, person, wish, account_mails):
    tokens = asked(person, wish, account_mails)
    body = {"currentPassword": PASSWORD, "newPassword": "another-long-password"}
    assert person.post("/api/auth/change-password", body).status_code == 200
    assert [code(agree(world, token)) for token in tokens] == ["proof_expired"] * 2


def test_a_password_chosen_by_link_voids_them_too(world, person, wish, account_mails):
    tokens = asked(person, wish, account_mails)
    world.call("POST", "/api/auth/forgot-password", json={"email": person.user["email"]})
    account_mails.work()
    body = {
        "token": account_mails.token(person, email_tokens.RESET_PASSWORD),
        "password": "another-long-password",
    }
    assert world.call("POST", "/api/auth/reset-password", json=body).status_code == 200
    assert [code(agree(world, token)) for token in tokens] == ["proof_expired"] * 2


def test_a_changed_address_voids_the_links_that_went_to_the_old_one(world, person, wish, account_mails):
    world.call("POST", "/api/auth/forgot-password", json={"email": person.user["email"]})
    account_mails.work()
    reset = account_mails.token(person, email_tokens.RESET_PASSWORD)
    for token in asked(person, wish, account_mails):
        agree(world, token)
    body = {"token": reset, "password": "another-long-password"}
    assert code(world.call("POST", "/api/auth/reset-password", json=body)) == "proof_expired"


def test_it_needs_the_password(person, wish, account_mails):
    answer = ask(person, wish, "not my password")
    assert (answer.status_code, code(answer)) == (403, "wrong_password")


def test_ones_own_address_is_no_change(person):
    answer = ask(person, person.user["email"].upper())
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"email"}


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "a@b.example"}, {"password": PASSWORD}, {"email": "nobody", "password": PASSWORD},
     {"email": None, "password": None}, {"email": "a" * 250 + "@b.example", "password": PASSWORD}],
)  # fmt: skip
def test_a_bad_wish_is_invalid(person, body):
    assert person.post("/api/auth/change-email", body).status_code == 422


def test_nobody_is_mailed_more_than_three_times_an_hour(world, person, account_mails):
    for _ in range(5):
        ask(person, f"{uuid.uuid4().hex}@test.example")
        account_mails.work()
    assert (
        len(account_mails.tokens(person, OLD))
        == len(account_mails.tokens(person, NEW))
        == mailed_links.MAX_LINKS
    )
    assert changed(agree(world, account_mails.token(person, OLD))) is False, "the last pair still works"


def test_a_job_that_comes_twice_asks_once(person, wish, account_mails):
    change = str(uuid.uuid4())
    assert email_change.send_links(person.id, wish, change) is True
    assert email_change.send_links(person.id, wish, change) is False
    assert len(account_mails.tokens(person, OLD)) == len(account_mails.tokens(person, NEW)) == 1


def test_who_has_gone_meanwhile_is_asked_nothing(person, wish, account_mails):
    ask(person, wish)
    assert person.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    assert account_mails.work() == [False]
    assert notification_data(person, NEW) == []


def test_an_address_left_behind_is_free_again(world, person, wish, account_mails):
    for token in asked(person, wish, account_mails):
        agree(world, token)
    assert isinstance(world.person(email=person.user["email"]), Person)
