"""One mailbox is one account, however browsers and people write its address."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.users import queries as user_queries
from tests.support.people import PASSWORD


def post(world, path, **body):
    return world.call("POST", f"/api/auth/{path}", json=body)


def register(world, email):
    return post(world, "register", email=email, password=PASSWORD, name="Asha Rao")


def own(form):
    """Return `form` with a domain that no other test uses."""
    return form.replace("NEW", uuid.uuid4().hex[:12])


FORMS = ["x@{}.bücher.example", "X@{}.BÜCHER.example", "x@{}.xn--bcher-kva.example", "x@{}.bu\u0308cher.example",
         " x@{}.bücher.example ", "\u200bx@{}.bücher.example", "x＠{}.bücher．example"]  # fmt: skip


@pytest.mark.parametrize("first", FORMS[:3])
def test_an_internationalised_domain_is_one_mailbox(world, first):
    mark = uuid.uuid4().hex[:12]
    made = register(world, first.format(mark))
    assert made.status_code == 201
    assert made.json()["data"]["user"]["email"] == f"x@{mark}.bücher.example"
    for form in FORMS:
        again = register(world, form.format(mark))
        assert (again.status_code, again.json()["error"]["code"]) == (409, "email_taken"), form
        logged_in = post(world, "login", email=form.format(mark), password=PASSWORD)
        assert logged_in.status_code == 200, form


@pytest.mark.parametrize(
    "stored", ["x@NEW.xn--bcher-kva.example", "x@NEW.bu\u0308cher.example", "x@NEW.localhost"]
)
def test_an_account_of_a_former_release_is_found_as_it_was_typed(world, stored):
    person, email = world.person(), own(stored)
    with db.transaction():
        db.execute(text("UPDATE users SET email = :email WHERE id = :id"), {"email": email, "id": person.id})
    assert post(world, "login", email=email, password=PASSWORD).status_code == 200
    if "xn--" in stored:
        other = email.replace("xn--bcher-kva", "bücher")
        assert post(world, "login", email=other, password=PASSWORD).status_code == 200
        assert register(world, other).status_code == 409


def test_of_two_accounts_with_one_mailbox_each_is_found_as_it_was_typed(world):
    first, second = world.person(), world.person()
    unicode = own("x@NEW.bücher.example")
    forms = unicode, unicode.replace("bücher", "xn--bcher-kva")
    for person, email in zip((first, second), forms, strict=True):
        with db.transaction():
            db.execute(
                text("UPDATE users SET email = :email WHERE id = :id"), {"email": email, "id": person.id}
            )
    found = [user_queries.by_email(email) for email in forms]
    assert [person and person.id for person in found] == [first.id, second.id]


BAD = ["x@localhost", "x@mail.local", "a" * 74 + "@example.com", "x@[127.0.0.1]", '"a b"@example.com',
       "x@xn--0.example", "asha@example.com, x@example.com", "Asha <asha@example.com>"]  # fmt: skip


@pytest.mark.parametrize("email", BAD)
def test_what_mail_cannot_reach_is_refused_everywhere(world, email):
    person, admin = world.person(), world.staff("super_admin")
    answers = [
        register(world, email),
        post(world, "forgot-password", email=email),
        person.post("/api/auth/change-email", {"email": email, "password": PASSWORD}),
        admin.post("/api/admin/users", {"email": email, "name": "New", "role": "support"}),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["error"]["details"].keys() == {"email"}
    assert post(world, "login", email=email, password=PASSWORD).status_code == 401


def test_failures_count_for_the_mailbox_and_not_for_a_way_to_write_it(world):
    assert failures_until_a_delay(world, "x@NEW.bücher.example") == failures_until_a_delay(
        world, "x@NEW.example"
    )


def failures_until_a_delay(world, form):
    """Fail to log in, with every second address in Punycode, until that is refused unread; return how often."""
    email = own(form)
    assert register(world, email).status_code == 201
    for count in range(30):
        given = email if count % 2 else email.replace("bücher", "xn--bcher-kva")
        if post(world, "login", email=given, password=f"not {email}").status_code == 429:
            return count
    raise AssertionError("no delay")
