"""50 webhooks a second while no worker runs and the web process is killed: none that was answered is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count

import gevent
import pytest
import requests

from tests.e2e.stack import Stack, only_child, stack
from tests.providers.payments.stubs import razorpay
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
PER_SECOND, SECONDS, KILLS = 50, 12, (3.0, 7.0)  # kills after so many seconds
SENDERS = 10


@pytest.fixture(scope="module")
def one(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"RAZORPAY_WEBHOOK_SECRET": razorpay.WEBHOOK_SECRET}
    with stack(environment | settings, tmp_path_factory.mktemp("webhooks")) as (started, _):
        started.web(WEB_CONCURRENCY="1")
        yield started


def test_no_answered_webhook_is_lost_when_the_web_process_is_killed(one: Stack) -> None:
    answered: list[str] = []
    unanswered: list[str] = []
    milliseconds: list[float] = []
    numbers, begun = count(), time.monotonic()

    def send(session: requests.Session, name: str) -> bool:
        body, signature = razorpay.signed(json.dumps({"event": "unknown.event", "id": name}).encode())
        headers = {"Content-Type": "application/json", "X-Razorpay-Signature": signature}
        sent = time.monotonic()
        try:
            answer = session.post(f"{one.url}/api/webhooks/razorpay", body, headers=headers, timeout=10)
        except requests.RequestException:
            return False
        assert answer.status_code in (204, 503), answer.text
        milliseconds.append((time.monotonic() - sent) * 1000)
        return answer.status_code == 204

    def sender() -> None:
        with requests.Session() as session:
            while (number := next(numbers)) < PER_SECOND * SECONDS:
                gevent.sleep(max(0.0, begun + number / PER_SECOND - time.monotonic()))
                (answered if send(session, f"call-{number}-end") else unanswered).append(f"call-{number}-end")

    def killer() -> None:
        for after in KILLS:
            gevent.sleep(max(0.0, begun + after - time.monotonic()))
            only_child(one.processes[0]).kill()
            until(one.ready, "another web process serves")

    gevent.joinall([gevent.spawn(killer), *(gevent.spawn(sender) for _ in range(SENDERS))], raise_error=True)
    assert unanswered, "the kills hit no call"
    stored = {
        name
        for (name,) in one.rows(
            "SELECT substring(convert_from(body, 'UTF8') FROM 'call-[0-9]+-end') FROM webhook_inbox"
        )
    }
    assert {*answered} <= stored
    with requests.Session() as session:  # as a vendor does
        assert all(send(session, name) for name in unanswered)
    one.worker()
    until(
        lambda: one.rows("SELECT count(*) FROM webhook_inbox WHERE digested_at IS NULL") == [(0,)],
        "all are processed",
    )
    assert one.rows("SELECT count(*) FROM webhook_inbox") == [(PER_SECOND * SECONDS,)]
    p99 = sorted(milliseconds)[len(milliseconds) * 99 // 100]
    print(f"answered {len(answered)}, sent again {len(unanswered)}, p99 {p99:.0f} ms with the kills")
