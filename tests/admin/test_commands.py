"""The commands of an operator."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from metaia.core import db
from metaia.core.audit import chain as audit_chain
from metaia.core.audit import log as audit_log
from metaia.core.ids import new_id
from tests.support.people import PASSWORD, Person
from tests.support.waiting import until

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(app: Any) -> Run:
    def command(*arguments: str, **options: Any) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=list(arguments), **options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return command


def login(world, email):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": PASSWORD})


def fresh():
    return f"{uuid.uuid4().hex}@test.example"


def test_the_first_admin_is_made_by_answering_questions_and_a_second_time_not_at_all(world, run):
    email = fresh()
    status, said = run("create-admin", input=f"{email}\nAda\n{PASSWORD}\n{PASSWORD}\n")
    assert status == 0, said
    assert PASSWORD not in said
    data = login(world, email).json()["data"]
    assert (data["user"]["role"], data["user"]["name"]) == ("super_admin", "Ada")
    status, said = run("create-admin", "--email", email.upper(), "--name", "Ada")
    assert status == 0
    assert said == f"nothing to do, there is {data['user']['id']} {email} super_admin active\n"


def test_an_admin_is_made_without_a_terminal(world, run, entries):
    email = fresh()
    given = ["create-admin", "--stdin", "--email", email, "--name", "Ada", "--role", "support"]
    assert run(*given, input=f"{PASSWORD}\r\n")[0] == 0
    user = login(world, email).json()["data"]["user"]
    assert user["role"] == "support"
    [made] = entries(f"user-{user['id']}", action="account.made")
    assert made["actorId"].startswith("operator-")
    assert (made["after"], made["address"]) == ({"role": "support"}, None)


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (["--email", "nobody", "--name", "Ada", "--stdin"], PASSWORD),
        (["--email", "a@test.example", "--name", "", "--stdin"], PASSWORD),
        (["--email", "a@test.example", "--name", "Ada", "--stdin"], "short"),
        (["--email", "a@test.example", "--name", "Ada", "--stdin"], ""),
        (["--email", "a@test.example", "--name", "Ada", "--stdin", "--role", "customer"], PASSWORD),
        (["--stdin"], PASSWORD),
        (["--email", "a@test.example", "--name", "Ada"], f"{PASSWORD}\nanother\n"),
    ],
)
def test_no_admin_is_made_of_what_is_wrong(run, arguments, typed):
    status, said = run("create-admin", *arguments, input=typed)
    assert status != 0
    assert "Traceback" not in said
    assert db.fetch_one(text("SELECT FROM users WHERE email = 'a@test.example'")) is None


def test_somebody_else_with_this_address_is_not_made_an_admin_in_silence(world, run):
    person = world.person()
    status, said = run("create-admin", "--email", person.user["email"], "--name", "Ada")
    assert (status, said) == (
        1, f"Error: There is {person.id} {person.user['email']} customer active; see `flask users`.\n",
    )  # fmt: skip


def test_people_are_listed_and_shown(world, run):
    mark = uuid.uuid4().hex
    one, two = world.person(name=f"One {mark}"), world.person("tailor", name=f"Two {mark}")
    line = f"{one.id} {one.user['email']} customer active\n"
    assert run("users", "list", "--search", mark) == (
        0,
        line + f"{two.id} {two.user['email']} tailor active\n",
    )
    assert run("users", "list", "--search", mark, "--role", "customer") == (0, line)
    assert run("users", "list", "--search", mark, "--inactive") == (0, "")
    status, said = run("users", "show", one.user["email"])
    assert status == 0
    assert said.startswith(line + f"One {mark}, since ")
    assert said.count("session ") == 1


def test_more_people_than_a_page_has_are_listed(world, run, monkeypatch):
    mark = uuid.uuid4().hex
    with db.transaction():
        db.execute(
            text(
                "INSERT INTO users (id, email, password_hash, name, role, active, created_at)"
                " SELECT gen_random_uuid(), n || :mark || '@test.example', '!', 'x', 'customer', true, now()"
                " FROM generate_series(1, 230) AS n"
            ),
            {"mark": mark},
        )
    status, said = run("users", "list", "--search", mark)
    assert (status, len(set(said.splitlines()))) == (0, 230)


@pytest.mark.parametrize("by", ["id", "email"])
def test_an_account_is_closed_and_opened_and_its_sockets_end(world, run, entries, by):
    person = world.person()
    who = {"id": person.id, "email": person.user["email"].upper()}[by]
    screen = person.socket()
    line = f"{person.id} {person.user['email']} customer"
    assert run("users", "disable", who, "--reason", "fraud") == (0, f"{line} disabled\n")
    until(lambda: not screen.client.connected, "the socket is closed")
    assert login(world, person.user["email"]).status_code == 401
    [entry] = entries(f"user-{person.id}", action="account.disabled")
    assert entry["after"] == {"active": False, "reason": "fraud"}
    assert run("users", "enable", who) == (0, f"{line} active\n")
    assert login(world, person.user["email"]).status_code == 200


def test_a_role_is_set_and_sessions_are_ended(world, run):
    person = world.person()
    assert run("users", "end-sessions", person.id) == (0, "ended 1 sessions\n")
    assert person.get("/api/auth/me").status_code == 401
    assert run("users", "set-role", person.id, "admin")[0] == 0
    again = Person(world, login(world, person.user["email"]).json()["data"])
    assert again.get("/api/admin/users").status_code == 200


def test_who_must_wait_after_wrong_passwords_is_let_in_at_once(world, run):
    person = world.person()
    wrong = {"email": person.user["email"], "password": "not the password"}
    for _ in range(6):
        world.call("POST", "/api/auth/login", json=wrong)
    assert login(world, person.user["email"]).status_code == 429
    assert run("users", "unlock", person.user["email"]) == (0, "unlocked\n")
    assert login(world, person.user["email"]).status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [["show"], ["disable"], ["enable"], ["set-role"], ["end-sessions"], ["unlock"], ["remove-second-factor"]],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.parametrize("who", ["nobody@test.example", pytest.param(new_id(), id="unknown"), "x", "%"])
def test_nobody_is_found_in_one_line(run, arguments, who):
    role = ["customer"] if arguments == ["set-role"] else []
    status, said = run("users", *arguments, who, *role)
    assert (status, said) == (1, f"Error: There is no user {who}.\n")


def test_a_database_that_is_away_is_said_in_one_line(run, monkeypatch):
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection\nand more"))

    monkeypatch.setattr("metaia.users.queries.page", away)
    status, said = run("users", "list")
    assert (status, len(said.splitlines())) == (1, 1)
    assert said.startswith("Error: PostgreSQL: ")


def test_the_audit_log_is_verified(run):
    with db.transaction():
        audit_log.record(f"test.{uuid.uuid4().hex}")
    while audit_chain.seal():
        pass
    head = str(audit_chain.head())
    assert run("audit", "head") == (0, f"{head}\n")
    number = head.partition(":")[0]
    holds = f"{number} entries hold, 0 wait for their number; head {head}\n"
    assert run("audit", "verify") == run("audit", "verify", "--head", head) == (0, holds)
    longer = f"{int(number) + 1}:{'0' * 64}"
    status, said = run("audit", "verify", "--head", longer)
    assert (status, said.startswith(f"Error: entry {int(number) + 1} is missing")) == (1, True)
    other = f"{number}:{'0' * 64}"
    assert run("audit", "verify", "--head", other)[0] == 1
    assert run("audit", "verify", "--head", "nonsense")[0] == 2


def test_an_audit_log_that_was_changed_is_not_verified(run, monkeypatch):
    with db.transaction():
        audit_log.record(f"test.{uuid.uuid4().hex}")
    while audit_chain.seal():
        pass
    head = audit_chain.head()
    monkeypatch.setattr("metaia.core.audit.chain.verify", lambda kept: (head, "entry 7 was changed"))
    assert run("audit", "verify") == (
        1,
        f"Error: entry 7 was changed; {head.number} entries before it hold\n",
    )
