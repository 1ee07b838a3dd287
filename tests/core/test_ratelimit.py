import contextlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import gevent
import psutil
import pytest
import redis
import requests
import websocket
from gevent.pool import Pool

from metaia.dev.services import private_redis
from tests.realtime.tools import until
from tests.support import contract

# a process of its own: the limiter is one object, and it is off for all other tests
SERVE = """
from gevent import monkey
monkey.patch_all()
import os, sys
sys.stdout = open(os.devnull, "w")  # the log: nobody reads it, and a pipe that is full would stop the server
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler
from metaia.app import create_app
server = WSGIServer(("127.0.0.1", 0), create_app(RATELIMIT_ENABLED=True), handler_class=WebSocketHandler, log=None)
server.start()
print("port", server.server_port, file=sys.__stdout__, flush=True)
server.serve_forever()
"""
TRACKED = "/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/status"


READ_ALL = "/api/notifications/read-all"  # 120 a minute


@contextlib.contextmanager
def counting(**settings: str) -> Iterator[str]:
    """Give the address of a server that counts."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True, env=os.environ | settings
    )
    assert process.stdout is not None
    with process:
        port = next(line.split()[1] for line in process.stdout if line.startswith("port"))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.fixture(scope="module")
def limited(server) -> Iterator[str]:
    with counting() as url:
        yield url


def call(url: str, method: str, path: str, person=None) -> requests.Response:
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    answer = requests.request(method, url + path, headers=headers, timeout=5)
    contract.check(url, method, path, answer)
    return answer


def test_too_many_requests_are_refused_until_later_and_counted_by_user(limited, world):
    eager, other = world.person(), world.person()
    answers = [call(limited, "PUT", READ_ALL, eager) for _ in range(121)]
    assert {a.status_code for a in answers[:120]} == {200}
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limited"
    assert 0 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert call(limited, "PUT", READ_ALL, other).status_code == 200
    assert call(limited, "GET", "/api/notifications", eager).status_code == 200


def test_answers_say_how_much_is_left(limited, world):
    person = world.person()
    first, second = (call(limited, "GET", "/api/notifications", person).headers for _ in range(2))
    assert first["X-RateLimit-Limit"] == second["X-RateLimit-Limit"] == "600"
    assert (first["X-RateLimit-Remaining"], second["X-RateLimit-Remaining"]) == ("599", "598")
    assert "Retry-After" not in first


def test_without_a_login_it_is_the_address_that_counts(limited):
    codes = [call(limited, "GET", TRACKED).status_code for _ in range(61)]
    assert codes == [404] * 60 + [429]


def test_a_partner_is_not_busy_and_free_without_end(limited, world):
    eager, other = world.person("tailor"), world.person("tailor")
    answers = [put_status(limited, eager, status) for status in ["busy", "online"] * 11]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert put_status(limited, other, "busy").status_code == 200


def put_status(url: str, person, status: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = requests.put(f"{url}/api/presence", json={"status": status}, headers=headers, timeout=5)
    contract.check(url, "PUT", "/api/presence", answer)
    return answer


def test_too_many_handshakes_are_refused_with_a_code_of_their_own(limited):
    def refusal(_: int) -> tuple[int, str]:
        client = websocket.create_connection(limited.replace("http", "ws") + "/ws", timeout=10)
        _, data = client.recv_data()
        client.shutdown()
        return int.from_bytes(data[:2]), data[2:].decode()

    told = Pool(20).map(refusal, range(601))
    assert Counter(told) == {(4401, "token_missing"): 600, (4429, "rate_limited"): 1}


def test_an_action_counts_once(limited, world):
    person = world.person()
    order = person.order()
    path = f"/api/orders/{order['id']}"
    first = call(limited, "PATCH", f"{path}/cancel", person)
    second = call(limited, "PATCH", f"{path}/cancel", person)
    other = call(limited, "PATCH", f"{path}/accept", person)
    assert [a.status_code for a in (first, second, other)] == [200, 409, 403]
    assert [a.headers["X-RateLimit-Remaining"] for a in (first, second, other)] == ["119", "118", "119"]
    assert "Retry-After" not in second.headers


def statuses(url: str, person, count: int) -> list[int]:
    return [call(url, "PUT", READ_ALL, person).status_code for _ in range(count)]


def test_limits_hold_while_redis_is_away_and_count_in_redis_again_afterwards(server, world, tmp_path):
    eager, other, late = world.person(), world.person(), world.person()
    with private_redis(tmp_path) as address, counting(REDIS_URL=address) as url:
        assert statuses(url, eager, 60) == [200] * 60
        with redis.Redis.from_url(address) as there, contextlib.suppress(redis.ConnectionError):
            there.shutdown(nosave=True)
        assert statuses(url, eager, 121) == [200] * 120 + [429]  # this process alone counts, from the start
        assert statuses(url, other, 1) == [200]
        with (
            private_redis(tmp_path / "again", port=urlsplit(address).port),
            redis.Redis.from_url(address) as back,
        ):
            until(
                lambda: call(url, "GET", "/api/auth/me", late) and back.keys(f"*{late.id}*"),
                "it counts there",
            )
            assert statuses(url, late, 121) == [200] * 120 + [429]


def test_nobody_is_refused_because_redis_does_not_answer(server, world, tmp_path):
    """Some are asking Redis while others have found out already."""
    people = [world.person() for _ in range(10)]
    with private_redis(tmp_path) as address, counting(REDIS_URL=address) as url:
        assert [statuses(url, person, 1) for person in people] == [[200]] * 10
        frozen = psutil.Process(int((tmp_path / "redis" / "redis.pid").read_text()))
        frozen.suspend()
        try:
            asked = [gevent.spawn(statuses, url, person, 1) for person in people]
            assert [one.get() for one in asked] == [[200]] * 10
            assert statuses(url, people[0], 121)[-1] == 429  # its first one may not have been counted
        finally:
            frozen.resume()
