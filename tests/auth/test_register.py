import base64
import hashlib
import unicodedata
import uuid

import bcrypt
import gevent
import pytest
from sqlalchemy import select, update

from metaia.core import db
from metaia.users.models import User
from tests.support.people import PASSWORD


def register(world, **fields):
    body = {"email": f"{uuid.uuid4().hex}@test.example", "password": PASSWORD, "name": "Asha Rao"} | fields
    return world.call("POST", "/api/auth/register", json=body)


@pytest.mark.parametrize("role", ["customer", "tailor", "vendor", "delivery"])
def test_people_register_themselves_and_are_logged_in(world, role):
    answer = register(world, role=role, phone="+91 98765 43210")
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert (data["user"]["role"], data["user"]["name"], data["user"]["phone"]) == (
        role,
        "Asha Rao",
        "+91 98765 43210",
    )
    headers = {"Authorization": f"Bearer {data['accessToken']}"}
    assert world.call("GET", "/api/auth/me", headers=headers).json()["data"]["user"] == data["user"]


@pytest.mark.parametrize("fields", [{}, {"role": "customer"}, {"role": "user"}])
def test_without_a_role_and_as_a_user_one_is_a_customer(world, fields):
    assert register(world, **fields).json()["data"]["user"]["role"] == "customer"


@pytest.mark.parametrize("role", ["support", "admin", "super_admin", "Customer", "", None, 1, ["admin"]])
def test_nobody_makes_themselves_staff(world, role):
    answer = register(world, role=role)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"role"}


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_an_address_is_taken_in_any_case(world, change):
    email = f"{uuid.uuid4().hex}@test.example"
    assert register(world, email=email).status_code == 201
    answer = register(world, email=change(email))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "email_taken"


NFC, NFD = "crème brûlée", "cre\u0300me bru\u0302le\u0301e"


def login(world, email, password):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": password}).status_code


@pytest.mark.parametrize("typed", [NFC, NFD, "crème\u00a0brûlée"])
def test_a_password_is_the_same_from_every_device(world, typed):
    email = register(world, password=typed).json()["data"]["user"]["email"]
    assert [login(world, email, form) for form in (NFC, NFD, NFC.upper())] == [200, 200, 401]


def test_a_login_renews_the_hash_of_another_form(world):
    user = register(world, password=NFC).json()["data"]["user"]
    digest = base64.b64encode(hashlib.sha256(NFD.encode()).digest())
    old = bcrypt.hashpw(digest, bcrypt.gensalt(4)).decode()
    with db.transaction():
        db.execute(update(User).where(User.id == user["id"]).values(password_hash=old))
    assert login(world, user["email"], NFC) == 200
    new = db.fetch_value(select(User.password_hash).where(User.id == user["id"]))
    prepared = base64.b64encode(hashlib.sha256(NFC.encode()).digest())
    assert bcrypt.checkpw(prepared, new.encode())
    assert login(world, user["email"], NFD) == 200


def test_the_length_of_a_password_is_counted_in_one_form(world):
    assert register(world, password=unicodedata.normalize("NFD", "ấ" * 2 + "x" * 5)).status_code == 422
    longest = "ấồ" * 98 + "abcd"
    answer = register(world, password=unicodedata.normalize("NFD", longest))
    assert answer.status_code == 201
    email = answer.json()["data"]["user"]["email"]
    assert login(world, email, unicodedata.normalize("NFD", longest)) == 200


@pytest.mark.parametrize("control", ["\0", "\n", "\x7f", "\x85"])
def test_a_password_has_no_control_characters(world, control):
    answer = register(world, password=f"a-long{control}password")
    assert answer.json()["error"]["details"] == {"password": ["Control characters are not allowed."]}


@pytest.mark.parametrize("weak", ["ｐａｓｓｗｏｒｄ", "ASHA\u2002RAO", "ａｓｈａ ｒａｏ"])
def test_weak_passwords_are_weak_in_every_form(world, weak):
    assert register(world, password=weak).json()["error"]["code"] == "weak_password"


def test_names_are_stored_in_one_form(world):
    assert register(world, name="A\u030asa").json()["data"]["user"]["name"] == "Åsa"


def test_of_many_who_want_an_address_at_once_one_gets_it(world):
    email = f"{uuid.uuid4().hex}@test.example"
    tries = [gevent.spawn(register, world, email=email) for _ in range(6)]
    codes = sorted(attempt.get(timeout=30).status_code for attempt in tries)
    assert codes == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"), ("email", ""), ("email", None), ("email", "a" * 250 + "@x.example"),
        ("email", "a\0@x.example"),
        ("password", "short"), ("password", "x" * 201), ("password", None), ("password", 12345678),
        ("name", ""), ("name", "   "), ("name", "x" * 121), ("name", "a\nb"), ("name", "\0"),
        ("phone", "x" * 33), ("phone", 5), ("phone", "+91 98"), ("phone", ""), ("phone", "9 " * 20000),
        ("phone", "9876543210" + " " * 200 + "x"), ("admin", True),
    ],
)  # fmt: skip
def test_bad_fields_are_named(world, field, value):
    answer = register(world, **{field: value})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {field}


def test_everything_needed_is_named_at_once(world):
    answer = world.call("POST", "/api/auth/register", json={})
    assert answer.json()["error"]["details"].keys() == {"email", "password", "name"}


def test_a_password_counts_in_full_and_comes_back_nowhere(world):
    long = "correct horse battery staple " * 6
    answer = register(world, password=long)
    assert "horse" not in answer.text
    email = answer.json()["data"]["user"]["email"]
    for password, status in ((long, 200), (long[:-1] + "x", 401)):
        login = world.call("POST", "/api/auth/login", json={"email": email, "password": password})
        assert login.status_code == status


@pytest.mark.parametrize("blanks", [" {} ", "\t{}", "{}\n", "\u00a0{}\u3000", "\ufeff{}\u200b"])
def test_blanks_around_an_address_do_not_count(world, blanks):
    email = f"{uuid.uuid4().hex}@test.example"
    answer = register(world, email=blanks.format(email))
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["user"]["email"] == email
    assert login(world, blanks.format(email), PASSWORD) == 200
