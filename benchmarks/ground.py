"""The shared state of all servers: PostgreSQL, Redis, METAIA's tables, users, orders and tokens."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import bcrypt
import jwt
import psycopg
import uuid_utils

from metaia.dev.services import private_postgres, private_redis

ROOT = Path(__file__).resolve().parents[1]
CUSTOMERS = 1_000
PASSWORD = "benchmark-password"
SECRET = "benchmark-jwt-secret-key-of-40-characters"
_USERS = """
    INSERT INTO users (id, email, password_hash, name, phone, role, active, created_at)
    SELECT id, id || '@bench.example', '-', 'Somebody', NULL, 'customer', true, now() FROM unnest(%s::uuid[]) AS id
"""
_ORDERS = """
    INSERT INTO orders (id, order_number, status, customer_id, partner_id, customer_info, items, total, currency,
                        version, accept_by, created_at, updated_at, words)
    SELECT id, 'B' || nextval('order_numbers'), 'pending', customer, %s,
           '{"name": "Asha Nair", "phone": "+91 55500 10101", "address": "12 Lake View Road, Kochi"}',
           '[{"id": "1", "name": "Silk blouse", "quantity": 2, "price": 180000}]', 360000, 'INR',
           1, now() + interval '1 day', now(), now(), array_to_tsvector(ARRAY['asha', 'nair', 'silk', 'blouse'])
    FROM unnest(%s::uuid[], %s::uuid[]) AS given (id, customer)
"""


def new_ids(count: int) -> list[str]:
    return [str(uuid_utils.uuid7()) for _ in range(count)]


def token(user: str, role: str = "customer") -> str:
    """Return an access token of METAIA, which all servers accept."""
    now = int(time.time())
    claims = {"sub": user, "userId": user, "role": role, "sid": user, "type": "access", "fresh": False}
    times = {"iat": now, "nbf": now, "exp": now + 86_400, "jti": user}
    house = {"iss": "metaia", "aud": "metaia"}
    return jwt.encode(claims | times | house, SECRET, algorithm="HS256")


class Ground:
    """The database with its users and orders."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.environment = home, environment
        self.postgres = int((home / "postgres/postmaster.pid").read_text().split()[0])
        self.database = psycopg.connect(environment["DATABASE_URL"], autocommit=True)
        self.customers, (self.partner,) = new_ids(CUSTOMERS), new_ids(1)
        self.database.execute(_USERS, [[*self.customers, self.partner]])
        self.database.execute("UPDATE users SET role = 'tailor' WHERE id = %s", [self.partner])

    def orders(self, count: int) -> list[str]:
        """Create pending orders, for one customer after the other."""
        ids = new_ids(count)
        whose = [self.customers[number % CUSTOMERS] for number in range(count)]
        self.database.execute(_ORDERS, [self.partner, ids, whose])
        self.database.execute("VACUUM ANALYZE orders")
        return ids

    def people(self, cost: int, count: int) -> list[dict[str, str]]:
        """Set the customers' password with this bcrypt cost, and return their login bodies."""
        # auth/passwords/policy.py also hashes a digest
        hash_ = bcrypt.hashpw(
            base64.b64encode(hashlib.sha256(PASSWORD.encode()).digest()), bcrypt.gensalt(cost)
        )
        whose = self.customers[:count]
        self.database.execute(
            "UPDATE users SET password_hash = %s WHERE id = ANY(%s)", [hash_.decode(), whose]
        )
        return [{"email": f"{person}@bench.example", "password": PASSWORD} for person in whose]

    def settled(self, seconds: float = 60) -> None:
        """Wait until METAIA's outbox is empty: all events are relayed, all jobs enqueued."""
        deadline = time.monotonic() + seconds
        while self.value("SELECT count(*) FROM outbox"):
            if time.monotonic() > deadline:
                raise TimeoutError("the outbox does not get empty")
            time.sleep(0.01)

    def cursor(self) -> str:
        return str(self.value("SELECT epoch || '.' || position FROM log_head"))

    def value(self, query: str) -> Any:
        row = self.database.execute(query.encode()).fetchone()
        return row[0] if row else None


@contextmanager
def ground(*, durable: bool = False) -> Iterator[Ground]:
    """Start the services in a temporary folder, and remove it at the end. `durable`: PostgreSQL with fsync."""
    home = Path(tempfile.mkdtemp(prefix="metaia-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        services = {
            "METAIA_ENV": "testing",
            "METAIA_HOME": str(home),
            "DATABASE_URL": stack.enter_context(private_postgres(home, "metaia", durable=durable)),
            "REDIS_URL": stack.enter_context(private_redis(home)),
            "SECRET_KEY": SECRET,
            "JWT_SECRET_KEY": SECRET,
            "RATELIMIT_ENABLED": "false",
        }
        environment = {**os.environ, **services}
        upgrade = [sys.executable, "-m", "flask", "--app", "wsgi:app", "db", "upgrade"]
        done = subprocess.run(upgrade, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"METAIA's tables cannot be made: {done.stderr.strip()[-500:]}")
        ready = Ground(home, environment)
        stack.callback(ready.database.close)
        yield ready
