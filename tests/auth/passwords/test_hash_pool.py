"""The hash queue: a hash that would wait too long is refused at once."""

import os
import sys
import uuid

import bcrypt
import gevent
import pytest
from flask import current_app

from metaia.auth.passwords import hash_pool
from metaia.auth.passwords import policy as password_policy
from metaia.auth.passwords.hash_pool import ASSUMED, MAX_WAIT, THREADS, Queue
from metaia.core.errors import Unavailable
from tests.support.people import PASSWORD
from tests.support.waiting import until

# With a MAX_WAIT of 0.31 s and hashes of 0.05 s: those who begin at once, and as many as begin within 0.3 s.
LET_IN = THREADS + round(0.3 / 0.05) * THREADS


class Clock:
    """The time of the hash pool: it passes when a test says so, however busy the machine is."""

    def __init__(self):
        self.now = 1000.0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class Gate:
    """Threads wait at it until it lets them through."""

    def __init__(self):
        self.out, self.into = os.pipe()

    def wait(self):
        os.read(self.out, 1)

    def open(self, count):
        os.write(self.into, b"x" * count)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(hash_pool, "time", clock)
    return clock


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open(100)  # also after a failure, because no thread can be killed
    for end in (gate.out, gate.into):
        os.close(end)


def hashes(count, seconds, queue, clock):
    """Run hashes that take this long, one after the other."""
    for _ in range(count):
        queue.run(clock.sleep, seconds)


@pytest.mark.usefixtures("server")
@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_hashing_gets_what_the_rest_of_the_machine_leaves(monkeypatch):
    """Else accepting an order takes five times as long while twenty people a second log in."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: str(os.getpriority(os.PRIO_PROCESS, 0)).encode())
    assert password_policy.hashed("a password") == str(max(own, hash_pool.NICENESS))
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_nobody_waits_while_a_thread_is_free(clock):
    queue = Queue()
    hashes(9, 0.01, queue, clock)
    queue.pending = THREADS - 1
    assert queue.wait() == 0
    queue.pending = THREADS
    queue._progress_at = clock.now
    assert queue.wait() == pytest.approx(0.01 / THREADS)


def test_the_wait_is_what_hashes_take_times_who_is_ahead_by_threads(clock):
    queue = Queue()
    queue.pending, queue._progress_at = 41, clock.now
    assert queue.wait() == pytest.approx(40 * ASSUMED / THREADS)
    hashes(1, 0.001, queue, clock)
    hashes(20, 0.02, queue, clock)
    assert queue.wait() == pytest.approx(40 * 0.02 / THREADS)


def test_one_hash_that_took_long_keeps_nobody_out(clock):
    queue = Queue()
    hashes(8, 0.001, queue, clock)
    hashes(1, 0.5, queue, clock)
    queue.pending = 50
    assert queue.wait() < 0.1


def test_while_nothing_moves_the_wait_becomes_longer(clock, gate):
    queue = Queue()
    hashes(9, 0.001, queue, clock)
    stuck = [gevent.spawn(queue.run, gate.wait) for _ in range(THREADS)]
    until(lambda: queue.pending == THREADS)
    assert queue.wait() == pytest.approx(0.001 / THREADS)
    clock.sleep(0.2)
    assert queue.wait() == pytest.approx(0.2 / THREADS)
    gate.open(THREADS)
    gevent.joinall(stuck, raise_error=True)
    assert queue.wait() == 0


def test_slower_hashes_make_a_shorter_queue(clock, monkeypatch):
    monkeypatch.setattr(hash_pool, "MAX_WAIT", 0.501)
    admitted: dict[float, int] = {}
    ran: list[str] = []
    for seconds in (0.01, 0.1):
        queue = Queue()
        hashes(9, seconds, queue, clock)
        while queue.wait() <= hash_pool.MAX_WAIT:
            queue.pending += 1
        admitted[seconds] = queue.pending
        other = gevent.spawn(ran.append, "another greenlet")
        with pytest.raises(Unavailable) as refused:
            queue.run(ran.append, "a hash")
        assert ran == [], "refused at once"
        assert refused.value.retry_after == 1
        assert queue.pending == admitted[seconds]
        other.kill()
    assert admitted == {0.01: 1 + 100 + THREADS - 1, 0.1: 1 + 10 + THREADS - 1}


def test_who_is_let_in_waits_no_longer_than_was_said(clock, gate, monkeypatch):
    monkeypatch.setattr(hash_pool, "MAX_WAIT", 0.31)
    queue, begun = Queue(), []
    hashes(9, 0.05, queue, clock)

    def hash_for(number):
        begun.append(number)
        gate.wait()

    def come(number):
        try:
            queue.run(hash_for, number)
        except Unavailable:
            return False
        return True

    came = [gevent.spawn(come, number) for number in range(40)]
    until(lambda: sum(one.ready() for one in came) >= 40 - LET_IN, "the others are refused")
    gate.open(LET_IN)
    let_in = [one.get(timeout=30) for one in came]
    assert let_in == [number < LET_IN for number in range(40)]
    assert all(abs(place - number) < THREADS for place, number in enumerate(begun)), (
        "first come, first served"
    )
    assert queue.pending == 0


def test_what_fails_leaves_its_place():
    queue = Queue()
    with pytest.raises(ZeroDivisionError):
        queue.run(lambda: 1 // 0)
    assert queue.pending == 0


def test_when_many_log_in_at_once_the_rest_is_asked_to_come_back(world, monkeypatch):
    person = world.person()
    body = {"email": person.user["email"], "password": PASSWORD}
    monkeypatch.setattr(hash_pool, "MAX_WAIT", 0.2)
    hash_pool.queue.cache_clear()  # it has measured cheaper ones
    monkeypatch.setitem(current_app.config, "BCRYPT_ROUNDS", 11)  # slower than all requests arrive
    password_policy._dummy_hash(11)
    nobody = body | {"email": f"{uuid.uuid4().hex}@test.example"}
    tries = [gevent.spawn(world.call, "POST", "/api/auth/login", json=nobody) for _ in range(30)]
    answers = [attempt.get(timeout=30) for attempt in tries]
    busy = [answer for answer in answers if answer.status_code == 503]
    assert 1 <= len(busy) <= len(tries) - THREADS
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in busy)
    assert world.call("POST", "/api/auth/login", json=body).status_code == 200
    assert hash_pool.queue().pending == 0


def test_a_login_waits_some_seconds_at_most():
    assert 1 <= MAX_WAIT <= 10  # our clients give up after ten
