import gevent
import pytest
from flask import current_app

from metaia.auth import passwords


@pytest.fixture
def rounds(server, monkeypatch):
    """Give passwords the cost they have in production."""
    monkeypatch.setitem(current_app.config, "BCRYPT_ROUNDS", 12)


def ticks_during(call):
    ticked = []

    def tick():
        while True:
            ticked.append(1)
            gevent.sleep(0.005)

    ticker = gevent.spawn(tick)
    gevent.sleep(0)
    before = len(ticked)
    result = call()
    ticker.kill()
    return result, len(ticked) - before


@pytest.mark.usefixtures("rounds")
def test_everything_else_goes_on_while_a_password_is_checked():
    hashed, while_hashing = ticks_during(lambda: passwords.hashed("a password"))
    same, while_checking = ticks_during(lambda: passwords.matches("a password", hashed))
    assert hashed.startswith("$2b$12$")
    assert same
    # one hash takes some 200 ms of a CPU: a hub that waits for it would tick once or not at all
    assert while_hashing >= 5
    assert while_checking >= 5


@pytest.mark.usefixtures("server")
def test_a_password_matches_its_own_hash_only():
    hashed = passwords.hashed("ünïcode päss")
    assert passwords.matches("ünïcode päss", hashed)
    assert not passwords.matches("unicode pass", hashed)
    assert not passwords.matches("nobody", None)
    assert passwords.hashed("ünïcode päss") != hashed
