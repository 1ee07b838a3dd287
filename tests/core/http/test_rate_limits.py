import contextlib
import json
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
from tests.support import contract
from tests.support.process import serving
from tests.support.waiting import until

TRACKED = "/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/status"


READ_ALL = "/api/notifications/read-all"  # 120 a minute


@pytest.fixture(scope="module")
def limited(server) -> Iterator[str]:
    with serving(CONNECTS_PER_MINUTE="600") as url:
        yield url


def call(url: str, method: str, path: str, person=None) -> requests.Response:
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    answer = requests.request(method, url + path, headers=headers, timeout=30)
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
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert call(limited, "PUT", READ_ALL, other).status_code == 200
    assert call(limited, "GET", "/api/notifications", eager).status_code == 200


def test_answers_say_how_much_is_left(limited, world):
    person = world.person()
    first, second = (call(limited, "GET", "/api/notifications", person).headers for _ in range(2))
    assert first["RateLimit-Limit"] == second["RateLimit-Limit"] == "600"
    assert (first["RateLimit-Remaining"], second["RateLimit-Remaining"]) == ("599", "598")
    assert "Retry-After" not in first


def test_without_a_login_it_is_the_address_that_counts(limited):
    codes = [call(limited, "GET", TRACKED).status_code for _ in range(61)]
    assert codes == [404] * 60 + [429]


def test_processes_count_together(server, world, tmp_path):
    eager = world.person()
    with (
        private_redis(tmp_path) as address,
        serving(REDIS_URL=address, COUNTS="one") as one,
        serving(REDIS_URL=address, COUNTS="one") as other,
    ):
        assert statuses(one, eager, 60) == [200] * 60
        seen = call(other, "PUT", READ_ALL, eager).headers[
            "RateLimit-Remaining"
        ]  # may not have the counts of the others yet
        assert seen in {"119", "59"}
        until(lambda: call(other, "PUT", READ_ALL, eager).status_code == 429, "they are refused here")
        until(lambda: call(one, "PUT", READ_ALL, eager).status_code == 429, "and there")


def test_who_cannot_say_who_they_are_is_counted_by_address(limited):
    headers = {"Authorization": "Bearer nonsense"}
    codes = [requests.put(limited + READ_ALL, headers=headers, timeout=30).status_code for _ in range(121)]
    assert codes == [401] * 120 + [429]


def test_bodies_that_are_refused_are_counted_too(limited, world):
    person = world.person()
    headers = {"Authorization": f"Bearer {person.token}"}
    codes = [
        requests.post(f"{limited}/api/orders", data=b"{", headers=headers, timeout=30).status_code
        for _ in range(121)
    ]
    assert codes == [415] * 120 + [429]


LOGIN = "/api/auth/login"


def log_in(url: str, email: str, came_by: str) -> int:
    body = {"email": email, "password": 1}  # invalid, so no login is attempted
    answer = requests.post(url + LOGIN, json=body, headers={"X-Forwarded-For": came_by}, timeout=30)
    return answer.status_code


@pytest.fixture(scope="module")
def behind_a_proxy(server) -> Iterator[str]:
    with serving(TRUSTED_PROXIES="1") as url:
        yield url


def test_without_proxies_nobody_comes_from_elsewhere_by_saying_so(limited):
    codes = [log_in(limited, f"a{number}@test.example", f"203.0.113.{number}") for number in range(21)]
    assert codes == [422] * 20 + [429]


def test_behind_a_proxy_the_address_is_what_the_proxy_has_seen(behind_a_proxy):
    """A proxy appends the address of its peer to the `X-Forwarded-For` of the client."""
    spoofed = [
        log_in(behind_a_proxy, f"b{number}@test.example", f"203.0.113.{number}, 198.51.100.1")
        for number in range(21)
    ]
    assert spoofed == [422] * 20 + [429]
    assert log_in(behind_a_proxy, "c@test.example", "198.51.100.2") == 422


def test_one_customers_addresses_count_as_one(behind_a_proxy):
    codes = [
        log_in(behind_a_proxy, f"d{number}@test.example", f"2001:db8:1:2::{number:x}") for number in range(21)
    ]
    assert codes == [422] * 20 + [429]
    assert log_in(behind_a_proxy, "d@test.example", "2001:db8:1:3::1") == 422


def test_guessing_at_one_account_ends_sooner_and_keeps_nobody_else_out(behind_a_proxy):
    same = ["e@test.example", "E@Test.Example", " e@test.example "]
    codes = [log_in(behind_a_proxy, same[number % 3], "198.51.100.3") for number in range(11)]
    assert codes == [422] * 10 + [429]
    assert log_in(behind_a_proxy, "f@test.example", "198.51.100.3") == 422
    assert log_in(behind_a_proxy, "e@test.example", "198.51.100.4") == 422


def test_a_partner_is_not_busy_and_free_without_end(limited, world):
    eager, other = world.person("tailor"), world.person("tailor")
    answers = [put_status(limited, eager, status) for status in ["busy", "online"] * 11]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert put_status(limited, other, "busy").status_code == 200


def put_status(url: str, person, status: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = requests.put(f"{url}/api/presence", json={"status": status}, headers=headers, timeout=30)
    contract.check(url, "PUT", "/api/presence", answer)
    return answer


def test_too_many_handshakes_are_refused_with_a_code_of_their_own(limited):
    def refusal(_: int) -> tuple[int, str]:
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            websocket.create_connection(limited.replace("http", "ws") + "/ws", timeout=30)
        return refused.value.status_code, json.loads(refused.value.resp_body or b"{}")["error"]["code"]

    told = Pool(20).map(refusal, range(601))
    assert Counter(told) == {(401, "token_missing"): 600, (429, "rate_limited"): 1}


def test_an_action_counts_once(limited, world):
    person = world.person()
    order = person.order()
    path = f"/api/orders/{order['id']}"
    first = call(limited, "PATCH", f"{path}/cancel", person)
    second = call(limited, "PATCH", f"{path}/cancel", person)
    other = call(limited, "PATCH", f"{path}/accept", person)
    assert [a.status_code for a in (first, second, other)] == [200, 409, 403]
    assert [a.headers["RateLimit-Remaining"] for a in (first, second, other)] == ["119", "118", "119"]
    assert "Retry-After" not in second.headers


def statuses(url: str, person, count: int) -> list[int]:
    return [call(url, "PUT", READ_ALL, person).status_code for _ in range(count)]


def test_limits_hold_while_redis_is_away_and_count_in_redis_again_afterwards(server, world, tmp_path):
    eager, other, late = world.person(), world.person(), world.person()
    with private_redis(tmp_path) as address, serving(REDIS_URL=address) as url:
        assert statuses(url, eager, 60) == [200] * 60
        with redis.Redis.from_url(address) as there, contextlib.suppress(redis.ConnectionError):
            there.shutdown(nosave=True)
        assert statuses(url, eager, 61) == [200] * 60 + [429]  # this process continues to count by itself
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
    people = [world.person() for _ in range(10)]
    with private_redis(tmp_path) as address, serving(REDIS_URL=address) as url:
        assert [statuses(url, person, 1) for person in people] == [[200]] * 10
        frozen = psutil.Process(int((tmp_path / "redis" / "redis.pid").read_text()))
        frozen.suspend()
        try:
            asked = [gevent.spawn(statuses, url, person, 1) for person in people]
            assert [one.get() for one in asked] == [[200]] * 10
            assert statuses(url, people[0], 119) == [200] * 118 + [429]
        finally:
            frozen.resume()
