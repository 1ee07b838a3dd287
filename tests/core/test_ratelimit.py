import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from tests.support import contract

# a process of its own: the limiter is one object, and it is off for all other tests
SERVE = """
from gevent import monkey
monkey.patch_all()
from gevent.pywsgi import WSGIServer
from metaia.app import create_app
server = WSGIServer(("127.0.0.1", 0), create_app(RATELIMIT_ENABLED=True), log=None)
server.start()
print("port", server.server_port, flush=True)
server.serve_forever()
"""
TRACKED = "/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/status"


@pytest.fixture(scope="module")
def limited(server) -> Iterator[str]:
    """Give the address of a server that counts."""
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        port = next(line.split()[1] for line in process.stdout if line.startswith("port"))
        yield f"http://127.0.0.1:{port}"
        process.kill()


def call(url: str, method: str, path: str, person=None) -> requests.Response:
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    answer = requests.request(method, url + path, headers=headers, timeout=5)
    contract.check(url, method, path, answer)
    return answer


def test_too_many_requests_are_refused_until_later_and_counted_by_user(limited, world):
    eager, other = world.person(), world.person()
    answers = [call(limited, "PUT", "/api/notifications/read-all", eager) for _ in range(121)]
    assert {a.status_code for a in answers[:120]} == {200}
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limited"
    assert 0 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert call(limited, "PUT", "/api/notifications/read-all", other).status_code == 200
    assert call(limited, "GET", "/api/notifications", eager).status_code == 200


def test_answers_say_how_much_is_left(limited, world):
    person = world.person()
    first, second = (call(limited, "GET", "/api/notifications", person).headers for _ in range(2))
    assert first["X-RateLimit-Limit"] == second["X-RateLimit-Limit"] == "600"
    assert (first["X-RateLimit-Remaining"], second["X-RateLimit-Remaining"]) == ("599", "598")
    assert "Retry-After" not in first


def test_without_a_login_it_is_the_address_that_counts(limited):
    codes = [call(limited, "GET", TRACKED).status_code for _ in range(61)]
    assert codes == [404] * 60 + [429]


def test_an_action_counts_once(limited, world):
    person = world.person()
    order = person.order()
    path = f"/api/orders/{order['id']}"
    first = call(limited, "PATCH", f"{path}/cancel", person)
    second = call(limited, "PATCH", f"{path}/cancel", person)
    other = call(limited, "PATCH", f"{path}/accept", person)
    assert [a.status_code for a in (first, second, other)] == [200, 409, 403]
    assert [a.headers["X-RateLimit-Remaining"] for a in (first, second, other)] == ["119", "118", "119"]
    assert "Retry-After" not in second.headers
