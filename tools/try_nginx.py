"""Try docs/examples/nginx.conf: nginx before two web processes, clients of every kind through it. Needs nginx.

Then without the line that keeps a client to its process, and with a cookie instead, as Heroku's router does.

    PYTHONPATH=. .venv/bin/python tools/try_nginx.py

Everything it starts is private to a temporary folder, listens on 127.0.0.1 and is stopped at the end. The clients
send different addresses in X-Forwarded-For, which this nginx is configured to trust.
"""  # noqa: INP001

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import requests
import socketio
import websocket

from metaia.dev.process_registry import free_port, stop
from metaia.dev.services import private_postgres, private_redis

STICKY = "hash $remote_addr consistent;"
# Heroku's session affinity: the router chooses a dyno for a client without a cookie; a cookie names that dyno.
BY_COOKIE = """map $cookie_affinity $dyno { default $cookie_affinity; "" $request_id; }
    add_header Set-Cookie "affinity=$dyno; path=/; HttpOnly";
    upstream metaia {
        hash $dyno;"""
ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 10
KINDS = {"websocket": ["websocket"], "polling": ["polling"], "upgraded": ["polling", "websocket"]}
PRIVATE = """http {
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi; set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"""


def main() -> int:
    """Print what works; return 0 if it is what the documents promise, else 1."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        print("there is no nginx on this machine (Debian: apt-get install nginx-light)", file=sys.stderr)
        return 1
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="metaia-nginx-")))
        home.chmod(0o755)  # nginx's workers run as another user when root starts it
        ports = [free_port(), free_port()]
        stack.enter_context(two_web_processes(home, ports))
        conf = (ROOT / "docs/examples/nginx.conf").read_text()
        with served(nginx, home, conf, ports) as url:
            received = all_kinds(url)
            spread = processes(url)
            good = polling(url)
        with served(nginx, home, conf.replace(STICKY, ""), ports) as url:
            bad, unsticky = polling(url), all_kinds(url, ["websocket"])
        with served(nginx, home, by_cookie(conf), ports) as url:
            cookies, none = polling(url, cookies=True), polling(url)
            affine = all_kinds(url)
    print(f"connected to each process: {spread}; received the order: {received}")
    print(
        f"polling clients that found their process again: {good} of {CLIENTS}; without the hash line {bad} of {CLIENTS}"
    )
    print(f"without the hash line, WebSocket first, received the order: {unsticky}")
    print(
        f"by a cookie as on Heroku: {cookies} of {CLIENTS}, and {none} of those that keep none; received: {affine}"
    )
    results = {*received.values(), *unsticky.values(), *affine.values()}
    return 0 if results == {True} and good == cookies == CLIENTS and max(bad, none) < CLIENTS else 1


def by_cookie(conf: str) -> str:
    """Return the example with a cookie in place of the address."""
    return conf.replace(STICKY, "").replace("upstream metaia {", BY_COOKIE)


@contextlib.contextmanager
def two_web_processes(home: Path, ports: list[int]) -> Iterator[None]:
    """Run METAIA twice on one PostgreSQL and one Redis, with demo data."""
    with private_postgres(home, "metaia", durable=False) as database, private_redis(home) as redis:
        names = {"METAIA_HOME": str(home), "DATABASE_URL": database, "REDIS_URL": redis}
        secrets = {"SECRET_KEY": "s" * 32, "JWT_SECRET_KEY": "j" * 32}
        own = os.environ | names | secrets | {"TRUSTED_PROXIES": "1", "WEB_CONCURRENCY": "1"}
        prepare = ["-m", "gevent.monkey", "--module", "metaia.dev.prepare"]
        subprocess.run([sys.executable, *prepare], cwd=ROOT, env=own, check=True)
        with contextlib.ExitStack() as stack:
            for port in ports:
                gunicorn = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
                run(stack, [sys.executable, *gunicorn], ROOT, home / f"{port}.log", own | {"PORT": str(port)})
            for port in ports:
                until(partial(answers, f"http://127.0.0.1:{port}"), f"process on {port}")
            yield


@contextlib.contextmanager
def served(nginx: str, home: Path, conf: str, ports: list[int]) -> Iterator[str]:
    """Run nginx with `conf`, its addresses and paths changed to private ones."""
    port = free_port()
    places = {"listen 80": f"listen 127.0.0.1:{port}", "/var/log/nginx/": "", "http {": PRIVATE}
    for old, new in (places | {"5001": str(ports[0]), "5002": str(ports[1])}).items():
        assert conf.count(old) == 1, old  # noqa: S101
        conf = conf.replace(old, new)
    (home / "nginx.conf").write_text(conf)
    settings = "daemon off; pid nginx.pid; error_log stderr;"
    command = [nginx, "-p", str(home), "-e", "stderr", "-c", str(home / "nginx.conf"), "-g", settings]
    with contextlib.ExitStack() as stack:
        run(stack, command, home, home / "nginx.log", dict(os.environ))
        until(lambda: answers(f"http://127.0.0.1:{port}"), "nginx")
        yield f"http://127.0.0.1:{port}"


def all_kinds(url: str, kinds: Sequence[str] = tuple(KINDS)) -> dict[str, bool]:
    """Connect a client of each kind, place an order, and return which of them receive its event."""
    token = login(url, "customer")
    sockets = {kind: connected(url, token, number, kind) for number, kind in enumerate(kinds)}
    ticket = f"ticket={post(url, '/realtime/ticket', {}, token)['ticket']}"
    plain = websocket.create_connection(f"{url.replace('http', 'ws')}/ws?{ticket}", timeout=5)
    bearer = {"Authorization": f"Bearer {token}"}
    stream = requests.get(f"{url}/api/events", headers=bearer, stream=True, timeout=5)
    lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
    assert json.loads(plain.recv())["type"] == "sync"  # noqa: S101
    assert any(line == "event: sync" for line in lines)  # noqa: S101
    started = time.monotonic()
    post(url, "/orders", {"items": [{"name": "Linen shirt", "quantity": 1, "price": 1450}]}, token)
    received = {kind: client.receive(timeout=5)[0] == "order_update" for kind, client in sockets.items()}
    received["/ws"] = json.loads(plain.recv())["type"] == "order_update"
    received["/api/events"] = any(line == "event: order_update" for line in lines)
    received["within a second"] = time.monotonic() - started < 1
    for client in sockets.values():
        client.disconnect()
    plain.close()
    stream.close()
    return received


def polling(url: str, *, cookies: bool = False) -> int:
    """Return for how many of the polling clients the second request finds the process that had the first."""
    found = 0
    for number in range(CLIENTS):
        address, path = (
            {"X-Forwarded-For": f"192.0.2.{number + 1}"},
            f"{url}/socket.io/?EIO=4&transport=polling",
        )
        first = requests.get(path, headers=address, timeout=5)
        opened, kept = json.loads(first.text[1:]), first.cookies if cookies else None
        answer = requests.post(
            f"{path}&sid={opened['sid']}", "40{}", headers=address, cookies=kept, timeout=5
        )
        found += answer.ok
    return found


def connected(url: str, token: str, number: int, kind: str) -> socketio.SimpleClient:
    """Return a Socket.IO client that has caught up."""
    address = {"X-Forwarded-For": f"192.0.2.{number + 1}"}  # for documentation: RFC 5737
    session = requests.Session()
    session.headers.update(
        address
    )  # for polling, where `connect` sends its headers once; for WebSockets it is needed
    client = socketio.SimpleClient(reconnection=False, http_session=session)
    client.connect(url, headers=address, auth={"token": token}, transports=KINDS[kind], wait_timeout=3)
    if client.receive(timeout=3)[0] != "sync":
        raise ValueError("something came before sync")
    return client


def processes(url: str) -> list[int]:
    """Connect polling clients from many addresses, and return how many each process has."""
    token, staff = login(url, "customer"), {"Authorization": f"Bearer {login(url, 'support')}"}
    clients = [connected(url, token, number, "polling") for number in range(CLIENTS)]
    time.sleep(2.5)  # each process reports every two seconds
    answer = requests.get(f"{url}/api/admin/websocket/stats", headers=staff, timeout=5).json()
    for client in clients:
        client.disconnect()
    return [numbers["connections"].get("socketio", 0) for numbers in answer["data"]["processes"].values()]


def login(url: str, name: str) -> str:
    """Return a demo user's access token."""
    wish = {"email": f"{name}@metaia.example", "password": "metaia-demo"}
    return str(post(url, "/auth/login", wish)["accessToken"])


def post(url: str, path: str, body: Any, token: str = "") -> Any:
    """Send JSON, and return the answer's data."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(f"{url}/api{path}", json=body, headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.json()["data"]


def run(
    stack: contextlib.ExitStack, command: list[str], folder: Path, log: Path, environment: dict[str, str]
) -> None:
    """Start a process that the stack stops."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    stack.callback(stop, process, signal.SIGTERM)


def answers(url: str) -> bool:
    """Ask whether METAIA is ready behind this address."""
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{url}/api/system/health/ready", timeout=5).ok
    return False


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something to start."""
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} does not start")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
