import uuid

import gevent
import pytest

from tests.support.people import PASSWORD


def register(world, **fields):
    body = {"email": f"{uuid.uuid4().hex}@test.example", "password": PASSWORD, "name": "Asha Rao"} | fields
    return world.call("POST", "/api/auth/register", json=body)


@pytest.mark.parametrize("role", ["customer", "tailor", "vendor", "delivery"])
def test_people_register_themselves_and_are_logged_in(world, role):
    answer = register(world, role=role, phone="+91 98")
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert (data["user"]["role"], data["user"]["name"], data["user"]["phone"]) == (role, "Asha Rao", "+91 98")
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


def test_of_many_who_want_an_address_at_once_one_gets_it(world):
    email = f"{uuid.uuid4().hex}@test.example"
    tries = [gevent.spawn(register, world, email=email) for _ in range(6)]
    codes = sorted(attempt.get(timeout=10).status_code for attempt in tries)
    assert codes == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"), ("email", ""), ("email", None), ("email", "a" * 250 + "@x.example"),
        ("email", "a\0@x.example"),
        ("password", "short"), ("password", "x" * 201), ("password", None), ("password", 12345678),
        ("name", ""), ("name", "   "), ("name", "x" * 121), ("name", "a\nb"), ("name", "\0"),
        ("phone", "x" * 33), ("phone", 5), ("admin", True),
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
