"""Starting: a process that lacks PostgreSQL or Redis answers its health checks; a wrong setting stops it for good."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests
import websocket
from redis import Redis

from metaia.dev.process_registry import free_port, start, stop
from metaia.dev.services import _binary
from tests.e2e.stack import Stack, ended, kill, only_child, stack
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
GUNICORN = ("-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app")
AWAY = "postgresql://127.0.0.1:1/metaia"


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    """Give an installation without processes."""
    with stack(environment, tmp_path) as (started, _):
        yield started


@pytest.fixture
def silent() -> Iterator[int]:
    """Give a port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def answers(own: Stack) -> bool:
    try:
        return requests.get(f"{own.url}/api/system/health/live", timeout=2).ok
    except requests.RequestException:
        return False


@pytest.mark.parametrize("way", ["refused", "silent"])
def test_without_postgresql_only_health_checks_are_answered(own: Stack, silent: int, way: str) -> None:
    """It answered nothing, so that orchestrators killed it."""
    away = AWAY if way == "refused" else f"postgresql://127.0.0.1:{silent}/metaia"
    own._start("web", *GUNICORN, DATABASE_URL=away)
    until(lambda: answers(own), "it is alive")
    ready = requests.get(f"{own.url}/api/system/health/ready", timeout=30)
    error = ready.json()["error"]
    assert (ready.status_code, error["code"]) == (503, "not_ready")
    assert error["details"]["process"] == "waiting for PostgreSQL"
    for path in ("/api/orders", "/api/openapi.json", "/socket.io/?EIO=4&transport=polling", "/metrics"):
        answer = requests.get(own.url + path, timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_ready"), path
        assert answer.headers["Retry-After"] == "1"
    with pytest.raises(websocket.WebSocketBadStatusException, match="503"):
        websocket.create_connection(f"{own.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket")


def test_a_silent_redis_does_not_delay_the_start(own: Stack, silent: int) -> None:
    own._start("web", *GUNICORN, REDIS_URL=f"redis://127.0.0.1:{silent}/0")
    until(lambda: answers(own), "it is alive")
    with World(own.url) as world:
        until(lambda: requests.get(f"{own.url}/api/openapi.json", timeout=30).ok, "it serves")
        assert world.person().get("/api/auth/me").ok


@pytest.mark.parametrize("phase", ["importing", "waiting", "serving", "draining"])
def test_a_worker_whose_master_was_killed_leaves_the_port(own: Stack, phase: str) -> None:
    """The next start failed with "Address in use", for as long as the worker waited for PostgreSQL."""
    settings = {"waiting": {"DATABASE_URL": AWAY}, "draining": {"DRAIN_NOTICE": "30"}}.get(phase, {})
    process = own._start("web", *GUNICORN, **settings)
    worker = until(lambda: psutil.Process(process.pid).children(), "it has a worker")[0]
    if phase != "importing":
        until(lambda: answers(own), "it serves")
        assert only_child(process) == worker
    if phase == "draining":
        until(own.ready, "it is ready")
        process.terminate()
        until(lambda: '"event":"draining"' in own.log("web"), "it drains")
    process.kill()
    process.wait()
    until(lambda: not worker.is_running(), "the worker ends")
    kill(own.web())


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"LOG_DAYS": "many"}, "LOG_DAYS is 'many'; it must be a whole number"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"METAIA_ENV": "productive"}, "METAIA_ENV is 'productive'"),
    ],
    ids=["value", "missing", "stage"],
)
def test_a_wrong_setting_stops_gunicorn_with_one_line(
    own: Stack, settings: dict[str, str], reason: str
) -> None:
    """Its workers were started again every two seconds, for ever."""
    process = own._start("web", *GUNICORN, **settings)
    assert ended(process) == 1
    starting, line = own.log("web").splitlines()
    assert "Starting gunicorn" in starting
    assert line.startswith(f"METAIA does not start: {reason}")


def test_a_setting_that_only_the_application_can_check_stops_gunicorn(own: Stack, tmp_path: Path) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import sys\nclass Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'metaia.orders.routes': sys.exit('METAIA does not start: a test')\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    process = own._start("web", *GUNICORN, PYTHONPATH=str(tmp_path), WEB_CONCURRENCY="2")
    assert ended(process) == 3
    assert "METAIA does not start: a test" in own.log("web")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Give the URL of a node of a Redis Cluster."""
    port = next(port for port in iter(free_port, 0) if port < 55_000)  # its bus is 10,000 higher
    options = (
        "--port",
        str(port),
        "--cluster-enabled",
        "yes",
        "--save",
        "",
        "--bind",
        "127.0.0.1",
    )
    server = start([_binary(), *options], tmp_path, tmp_path / "cluster.log")
    try:
        until(lambda: "Ready to accept" in (tmp_path / "cluster.log").read_text(), "Redis answers")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(server, signal.SIGTERM)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("web", GUNICORN),
        ("worker", ("worker.py", "default")),
        ("relay", ("-m", "flask", "--app", "wsgi", "relay")),
    ],
    ids=["web", "worker", "relay"],
)
def test_a_redis_cluster_is_refused_with_one_line(
    own: Stack, cluster: str, name: str, command: tuple[str, ...]
) -> None:
    """REST and events went on; jobs and presence stopped with CROSSSLOT (rq 1942)."""
    process = own._start(name, *command, REDIS_URL=cluster)
    assert ended(process) != 0
    reasons = [line for line in own.log(name).splitlines() if "METAIA does not start" in line]
    assert len(reasons) == 1
    assert "REDIS_URL is a node of a Redis Cluster" in reasons[0]
    assert "Traceback" not in own.log(name)


def test_a_redis_that_evicts_is_named_in_a_warning(own: Stack) -> None:
    with Redis.from_url(own.settings["REDIS_URL"]) as redis:
        redis.config_set("maxmemory-policy", "allkeys-lru")
    own.web()
    assert "maxmemory-policy is allkeys-lru" in own.log("web")
