"""Free times over HTTP: `python -m benchmarks.slots_http [ROUNDS]`, about a minute.

(a) A request with the tag of an unchanged answer, against the same of an order: requests a second and CPU of each.
(b) The delays of the event loop while 8 clients ask for 31 days of 20 services, each time computed: of one calendar,
    and of five.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import requests

from benchmarks import ground as grounds
from benchmarks.driver import load
from benchmarks.media import SERVER, Run
from benchmarks.servers import running

CALENDARS, SERVICES, BLOCKS, DAYS = 5, 20, 500, 31
COUNT, CONNECTIONS, ANSWERS, CLIENTS = 2000, 16, 160, 8
SMALL_READS, DELAY = 1.0, 20.0  # goals: ratio of rates, milliseconds
_CALENDARS = """
    INSERT INTO calendars (id, partner_id, name, time_zone, weekly, active, version, created_at, updated_at)
    SELECT id, %s, 'Room', 'Europe/Berlin', (
        SELECT jsonb_object_agg(day, '[{"from": "09:00", "to": "12:30"}, {"from": "13:30", "to": "18:00"}]'::jsonb)
        FROM unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) AS day
    ), true, 1, now(), now() FROM unnest(%s::uuid[]) AS id
"""
_SERVICES = """
    INSERT INTO services (id, partner_id, name, duration_minutes, price, currency, buffer_before_minutes,
        buffer_after_minutes, capacity, step_minutes, min_notice_minutes, max_advance_days, confirmation, payment,
        free_until_minutes, fee_percent, locked_until_minutes, reminders, media_ids, active, version, created_at,
        updated_at, words)
    SELECT id, %s, 'Cut', 30 + 15 * (n %% 5), 0, 'INR', 5 * (n %% 3), 10 * (n %% 2), 1, 15, 0, 90, 'instant', 'none', 0,
        0, 0, '[]', '[]', true, 1, now(), now(), '' FROM unnest(%s::uuid[]) WITH ORDINALITY AS given (id, n)
"""
_LINKS = """
    INSERT INTO service_calendars (service_id, calendar_id)
    SELECT service_id, calendar_id FROM unnest(%s::uuid[]) AS service_id, unnest(%s::uuid[]) AS calendar_id
"""
# Sixteen blocks a day from 9 o'clock on, each of a quarter of an hour.
_BLOCKS = """
    INSERT INTO booking_blocks (id, calendar_no, service_id, during, starts_at, ends_at, capacity, taken)
    SELECT gen_random_uuid(), no, %s, tstzrange(at, at + interval '15 minutes'), at, at + interval '15 minutes', 1, 1
    FROM calendars, generate_series(0, %s - 1) AS n, LATERAL (
        SELECT %s::timestamptz + n / 16 * interval '1 day' + n %% 16 * interval '33 minutes' AS at
    ) AS starts
"""


class Partner:
    """A partner of the ground with calendars, services and blocks."""

    def __init__(self, run: Run) -> None:
        self.first = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)
        self.calendars, self.services = grounds.new_ids(CALENDARS), grounds.new_ids(SERVICES)
        database = run.ground.database
        database.execute(_CALENDARS, [run.ground.partner, self.calendars])
        database.execute(_SERVICES, [run.ground.partner, self.services])
        database.execute(_LINKS, [self.services, self.calendars])
        opens = self.first + timedelta(hours=8)
        database.execute(_BLOCKS, [self.services[0], BLOCKS, opens])
        database.execute("VACUUM ANALYZE booking_blocks")

    def path(self, **more: str) -> str:
        """Return the path of a request for all services."""
        last = self.first + timedelta(days=DAYS - 1)
        query = {
            "serviceId": ",".join(self.services),
            "from": f"{self.first:%Y-%m-%d}",
            "to": f"{last:%Y-%m-%d}",
        }
        return "/api/bookings/slots?" + "&".join(f"{name}={value}" for name, value in (query | more).items())


def main(rounds: int) -> int:
    """Print all numbers; return 1 if a goal is missed."""
    with ExitStack() as stack:
        ground = stack.enter_context(grounds.ground())
        server = stack.enter_context(running(SERVER, ground))
        run = Run(ground, server, stack.enter_context(load()))
        partner = Partner(run)
        ratio = statistics.median([_unchanged(run, partner) for _ in range(rounds)])
        delays = [_computed(run, partner, calendars) for calendars in (1, CALENDARS)]
    print(f"(a) {ratio:.2f}, goal {SMALL_READS}; (b) {max(delays):.0f} ms, goal {DELAY:.0f}")
    return int(ratio < SMALL_READS or max(delays) > DELAY)


def _unchanged(run: Run, partner: Partner) -> float:
    """Print both rates of one round; return their ratio."""
    [order], customer = run.ground.orders(1), run.ground.customers[0]
    small = _rate(run, f"/api/orders/{order}", grounds.token(customer))
    slots = _rate(run, partner.path(calendarId=partner.calendars[0]), None)
    print(
        f"(a) order {small[0]:.0f}/s, {small[1]:.0f} us; free times {slots[0]:.0f}/s, {slots[1]:.0f} us",
        flush=True,
    )
    return slots[0] / small[0]


def _rate(run: Run, path: str, token: str | None) -> tuple[float, float]:
    """Return how many answers of 304 a second come, and the server's CPU microseconds of each."""
    login = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.get(f"http://127.0.0.1:{run.server.port}{path}", headers=login, timeout=60)
    assert answer.status_code == 200, answer.text
    used = run.server.cpu()
    seen = run.load.do(
        "repeated", port=run.server.port, method="GET", path=path, token=token, count=COUNT,
        connections=CONNECTIONS, known=answer.headers["ETag"],
    )  # fmt: skip
    return COUNT / seen["seconds"], 1e6 * (run.server.cpu() - used) / COUNT


def _computed(run: Run, partner: Partner, calendars: int) -> float:
    """Print how late the event loop is; return the greatest delay in milliseconds of CPU time of one turn."""
    more = {} if calendars == CALENDARS else {"calendarId": partner.calendars[0]}
    zones = sorted(each for each in available_timezones() if each.startswith(("Europe/", "America/")))[
        :ANSWERS
    ]
    paths = [partner.path(timeZone=zone, **more) for zone in zones]  # no answer is kept
    size = len(requests.get(f"http://127.0.0.1:{run.server.port}{paths[0]}", timeout=60).content)
    begun = time.monotonic()
    seen = run.load.do(
        "repeated", port=run.server.port, method="GET", path=paths[1:], token=None, count=len(paths) - 1,
        connections=CLIENTS,
    )  # fmt: skip
    late, busy = run.delays(begun)
    print(
        f"(b) {calendars} calendars, {size / 1000:.0f} kB: {len(paths) / seen['seconds']:.1f} answers/s,"
        f" event loop {late:.0f} ms, CPU {busy:.0f} ms",
        flush=True,
    )
    return busy


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
