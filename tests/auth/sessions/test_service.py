import json
import socket
from urllib.parse import urlsplit

import gevent
import pytest
from socketio.exceptions import ConnectionError as SocketRefused
from sqlalchemy import text

from metaia.core import db
from tests.support.people import PASSWORD, WAIT, Person


@pytest.fixture
def person(world):
    return world.person()


def login(world, email, password=PASSWORD):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": password})


def refresh(world, token):
    return world.call("POST", "/api/auth/refresh", json={"refreshToken": token})


def age(person, seconds):
    """Let the latest refresh of a user's sessions have happened earlier."""
    earlier = "UPDATE sessions SET used_at = used_at - pause, rotated_at = rotated_at - pause FROM"
    with db.transaction():
        db.execute(
            text(f"{earlier} make_interval(secs => :seconds) AS pause WHERE user_id = :id"),
            {"seconds": seconds, "id": person.id},
        )


def me(world, token):
    return world.call("GET", "/api/auth/me", headers={"Authorization": f"Bearer {token}"})


def gone(screen):
    with gevent.Timeout(WAIT):
        while screen.client.connected:
            gevent.sleep(0.005)
    return True


@pytest.mark.parametrize("change", [str, str.upper])
def test_logging_in_begins_another_session(world, person, change):
    answer = login(world, change(person.user["email"]))
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["user"] == person.user
    assert data["accessToken"] != person.token
    assert me(world, data["accessToken"]).status_code == me(world, person.token).status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(world, person):
    wrong = login(world, person.user["email"], "not the password")
    unknown = login(world, "nobody@test.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["error"] == unknown.json()["error"]
    assert wrong.json()["error"]["code"] == "wrong_credentials"


@pytest.mark.parametrize(
    "body", [{}, {"email": "a@b.example"}, {"password": "x"}, {"email": 1, "password": []}]
)
def test_a_login_without_what_it_needs_is_invalid(world, body):
    assert world.call("POST", "/api/auth/login", json=body).status_code == 422


def test_a_refresh_token_gives_a_new_pair(world, person):
    answer = refresh(world, person.refresh_token)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["user"] == person.user
    assert data["refreshToken"] != person.refresh_token
    assert me(world, data["accessToken"]).status_code == 200
    assert refresh(world, data["refreshToken"]).status_code == 200


def test_a_refresh_token_used_twice_ends_its_whole_family_at_once(world, person):
    screen = person.socket()
    second = refresh(world, person.refresh_token).json()["data"]
    age(person, 20)
    reused = refresh(world, person.refresh_token)
    assert reused.status_code == 401
    assert reused.json()["error"]["code"] == "refresh_reused"
    for token in (person.token, second["accessToken"]):
        assert me(world, token).json()["error"]["code"] == "session_ended"
    assert refresh(world, second["refreshToken"]).json()["error"]["code"] == "session_ended"
    assert gone(screen)


def test_other_sessions_of_the_same_person_go_on(world, person):
    other = login(world, person.user["email"]).json()["data"]
    refresh(world, person.refresh_token)
    age(person, 20)
    assert refresh(world, person.refresh_token).status_code == 401
    assert me(world, other["accessToken"]).status_code == 200
    assert refresh(world, other["refreshToken"]).status_code == 200


def test_logging_out_ends_the_tokens_and_the_sockets_of_this_session_only(world, person):
    other = Person(world, login(world, person.user["email"]).json()["data"])
    screen, other_screen = person.socket(), other.socket()
    assert person.post("/api/auth/logout").status_code == 200
    assert person.get("/api/auth/me").json()["error"]["code"] == "session_ended"
    assert refresh(world, person.refresh_token).json()["error"]["code"] == "session_ended"
    assert gone(screen)
    assert other.get("/api/auth/me").status_code == 200
    assert other_screen.client.connected
    with pytest.raises(SocketRefused):
        person.socket()


def test_me_is_who_i_am(world):
    tailor = world.person("tailor", name="Meera", phone=None)
    user = tailor.get("/api/auth/me").json()["data"]["user"]
    assert user == tailor.user
    assert user.keys() == {
        "id", "email", "name", "phone", "phoneE164", "role", "avatar", "locale", "timeZone", "emailVerified", "version",
        "createdAt",
    }  # fmt: skip


def test_a_device_may_call_itself_whatever_it_likes(server, person):
    body = json.dumps({"email": person.user["email"], "password": PASSWORD}).encode()
    head = f"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=30) as raw:
        raw.sendall(
            head.encode()
            + b"Connection: close\r\nUser-Agent: caf\xe9 \x00\x1b[31m"
            + b"x" * 300
            + b"\r\n\r\n"
            + body
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 200 ")
