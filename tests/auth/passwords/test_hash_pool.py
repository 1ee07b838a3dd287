"""The hash queue: a hash that would wait too long is refused at once."""

import os
import sys
import time
import uuid

import bcrypt
import gevent
import pytest
from flask import current_app
from gevent.monkey import get_original

from metaia.auth.passwords import hash_pool
from metaia.auth.passwords import policy as password_policy
from metaia.auth.passwords.hash_pool import ASSUMED, MAX_WAIT, THREADS, Queue
from metaia.core.errors import Unavailable
from tests.support.people import PASSWORD

sleep = get_original("time", "sleep")  # keeps a thread busy


def hashes(count, seconds, queue):
    """Run hashes that take this long, one after the other."""
    for _ in range(count):
        queue.run(sleep, seconds)


@pytest.mark.usefixtures("server")
@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_hashing_gets_what_the_rest_of_the_machine_leaves(monkeypatch):
    """Else accepting an order takes five times as long while twenty people a second log in."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: str(os.getpriority(os.PRIO_PROCESS, 0)).encode())
    assert password_policy.hashed("a password") == str(max(own, hash_pool.NICENESS))
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_nobody_waits_while_a_thread_is_free():
    queue = Queue()
    hashes(9, 0.01, queue)
    queue.pending = THREADS - 1
    assert queue.wait() == 0
    queue.pending = THREADS
    queue._progress_at = time.perf_counter()
    assert 0.01 / THREADS <= queue.wait() < ASSUMED


def test_the_wait_is_what_hashes_take_times_who_is_ahead_by_threads():
    queue = Queue()
    queue.pending, queue._progress_at = 41, time.perf_counter()
    assert queue.wait() == pytest.approx(40 * ASSUMED / THREADS)
    hashes(1, 0.001, queue)
    hashes(20, 0.02, queue)
    assert queue.wait() == pytest.approx(40 * 0.02 / THREADS, rel=0.5)


def test_one_hash_that_took_long_keeps_nobody_out():
    queue = Queue()
    hashes(8, 0.001, queue)
    hashes(1, 0.5, queue)
    queue.pending = 50
    assert queue.wait() < 1


def test_while_nothing_moves_the_wait_becomes_longer():
    queue = Queue()
    hashes(9, 0.001, queue)
    stuck = [gevent.spawn(queue.run, sleep, 0.3) for _ in range(THREADS)]
    gevent.sleep(0.2)
    assert queue.wait() >= 0.2 / THREADS
    gevent.joinall(stuck)
    assert queue.wait() == 0


def test_slower_hashes_make_a_shorter_queue(monkeypatch):
    monkeypatch.setattr(hash_pool, "MAX_WAIT", 0.5)
    admitted = {}
    for seconds in (0.01, 0.1):
        queue = Queue()
        hashes(9, seconds, queue)
        while queue.wait() <= hash_pool.MAX_WAIT:
            queue.pending += 1
        admitted[seconds] = queue.pending
        begun = time.monotonic()
        with pytest.raises(Unavailable) as refused:
            queue.run(sleep, 60)
        assert time.monotonic() - begun < 0.5
        assert refused.value.retry_after == 1
        assert queue.pending == admitted[seconds]
    assert admitted[0.1] < admitted[0.01] / 2
    assert admitted[0.1] >= THREADS


def test_who_is_let_in_waits_no_longer_than_was_said(monkeypatch):
    monkeypatch.setattr(hash_pool, "MAX_WAIT", 0.3)
    queue, waits = Queue(), []
    hashes(9, 0.05, queue)

    def come():
        begun = time.monotonic()
        try:
            queue.run(sleep, 0.05)
        except Unavailable:
            return False
        waits.append(time.monotonic() - begun - 0.05)
        return True

    came = [gevent.spawn(come) for _ in range(40)]
    let_in = [one.get(timeout=30) for one in came]
    assert THREADS < sum(let_in) < 40
    assert max(waits) < 0.3 + 0.7  # tolerance for a busy machine
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
