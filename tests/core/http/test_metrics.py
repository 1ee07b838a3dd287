"""Counts and durations of requests, by route, as Prometheus reads them."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import requests
from redis.exceptions import RedisError

from metaia.core.http import metrics
from metaia.dev.services import private_redis
from tests.support.cpu import cpu_seconds
from tests.support.people import Person, World
from tests.support.plain_clients import Plain, ticket
from tests.support.process import serving

UNKNOWN_ORDER = "/api/orders/01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


def samples(admin: Person, url: str = "") -> dict[str, float]:
    headers = {"Authorization": f"Bearer {admin.token}"}
    text = (
        admin.get("/metrics").text
        if not url
        else requests.get(f"{url}/metrics", headers=headers, timeout=30).text
    )
    lines = re.findall(r"^(metaia_h\w+{.*}) (.+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in lines}


def requested(method: str, route: str, status: int) -> str:
    return f'metaia_http_requests_total{{method="{method}",route="{route}",status="{status}"}}'


def test_requests_are_counted_by_the_template_of_their_path(world: World, admin: Person) -> None:
    person, before = world.person(), samples(admin)
    order = person.order()
    for _ in range(3):
        person.get(f"/api/orders/{order['id']}")
    person.get(UNKNOWN_ORDER)
    after = samples(admin)

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    route = "/api/orders/{order_id}"
    assert more(requested("GET", route, 200)) == 3
    assert more(requested("GET", route, 404)) == 1
    assert more(requested("POST", "/api/orders", 201)) == 1
    labels = f'method="GET",route="{route}"'
    assert more(f"metaia_http_seconds_count{{{labels}}}") == 4
    assert more(f'metaia_http_seconds_bucket{{le="+Inf",{labels}}}') == 4
    assert 0 < more(f"metaia_http_seconds_sum{{{labels}}}") < 20
    assert not [name for name in after if order["id"] in name]


def test_clients_do_not_choose_the_labels(world: World, admin: Person) -> None:
    before = len(samples(admin))
    for number in range(30):
        requests.get(f"{world.url}/nowhere/{number}", timeout=30)
        requests.request(f"X{number}", f"{world.url}/api/orders", timeout=30)
    after = samples(admin)
    assert len(after) <= before + 2 * (len(metrics.BOUNDS) + 5)
    assert after[requested("GET", "unmatched", 404)] >= 30


def test_a_web_socket_is_counted_as_an_upgrade(world: World, admin: Person) -> None:
    before = samples(admin).get(requested("GET", "/ws", 101), 0)
    plain = Plain(world, f"/ws?ticket={ticket(world.person())}")
    plain.next()
    assert samples(admin)[requested("GET", "/ws", 101)] == before + 1
    plain.socket.shutdown()


def test_the_lag_of_the_event_loop_is_measured(admin: Person) -> None:
    found = samples(admin)
    assert any(value > 0 for name, value in found.items() if name.startswith("metaia_hub_lag_seconds_count"))


@pytest.fixture
def own_redis(server: object, tmp_path: Path) -> Iterator[str]:
    del server
    with private_redis(tmp_path) as address:
        yield address


def test_sums_over_processes_do_not_fall_when_one_ends(world: World, admin: Person, own_redis: str) -> None:
    name = requested("GET", "/api/system/health/live", 200)
    with serving(REDIS_URL=own_redis) as one:
        with serving(REDIS_URL=own_redis) as other:
            for url in (one, other, other):
                requests.get(f"{url}/api/system/health/live", timeout=30)
            assert samples(admin, other)[name] == 2  # it has just reported its own
            deadline = time.monotonic() + 20
            while samples(admin, other)[name] < 3 and time.monotonic() < deadline:
                time.sleep(0.5)  # each look costs both processes time
        assert samples(admin, one)[name] == 3  # the other one was killed


def test_nothing_is_lost_or_counted_twice_while_redis_is_away(
    own_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "counted", Counter())
    metrics.observe("GET", "/api/orders/<id:order_id>", 200, 0.004)
    away = redis.Redis(port=1)
    with pytest.raises(RedisError):
        metrics.report(away)
    metrics.observe("GET", "/api/orders/<id:order_id>", 200, 0.3)
    with redis.Redis.from_url(own_redis) as there:
        metrics.report(there)
        metrics.report(there)
        assert {name.decode(): int(number) for name, number in there.hgetall(metrics.KEY).items()} == {
            "requests GET /api/orders/{order_id} 200": 2,
            "bucket GET /api/orders/{order_id} 0": 1,
            "bucket GET /api/orders/{order_id} 6": 1,
            "microseconds GET /api/orders/{order_id}": 304_000,
        }
    assert metrics.counted == {}


def test_an_observation_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "counted", Counter())
    plain: Counter[str] = Counter()

    def observe() -> None:
        for _ in range(2_000):
            metrics.observe("GET", "/api/orders/<id:order_id>", 200, 0.01)

    def count() -> None:
        for _ in range(2_000):
            plain["one"] += 1

    assert cpu_seconds(observe) < 30 * cpu_seconds(count)
