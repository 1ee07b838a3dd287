"""The leak check finds secrets in logs and tables."""

import json

import pytest
import requests

from tests.support import leaks


@pytest.fixture(autouse=True)
def own(monkeypatch):
    """Use separate lists, so that secrets found here do not fail the run."""
    monkeypatch.setattr(leaks, "KNOWN", leaks.Known())
    monkeypatch.setattr(leaks, "FOUND", [])


def answer(sent, got) -> requests.Response:
    found = requests.Response()
    found._content = json.dumps(got).encode()
    found.status_code, found.headers["Content-Type"] = 200, "application/json"
    found.request = requests.Request("POST", "http://127.0.0.1/", json=sent).prepare()
    return found


SENT = {
    "email": "somebody@test.example",
    "password": "the password of somebody",
    "newPassword": "hunter2-hunter2",
}
GOT = {
    "data": {
        "ticket": "T_kB-2w8sQe0",
        "recoveryCodes": ["abcd-efgh-ijkl"],
        "user": {"id": "0123456789abcdef"},
    }
}


@pytest.mark.parametrize(
    "said",
    [
        "token=hunter2-hunter2&x=1", "it was the password of somebody", '{"ticket":"T_kB-2w8sQe0"}',
        "used abcd-efgh-ijkl.", "Bearer abcdefgh.ijkl",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "(1,hunter2-hunter2,)",
    ],
)  # fmt: skip
def test_a_secret_that_was_handed_out_is_found(said):
    leaks.remember(answer(SENT, GOT))
    leaks.search("somewhere", said)
    assert len(leaks.FOUND) == 1


@pytest.mark.parametrize(
    "said",
    [
        "0123456789abcdef",
        "somebody@test.example",
        "Bearer [redacted]",
        "token=[redacted]",
        "hunter2-hunter23",
    ],
)
def test_other_things_are_not(said):
    leaks.remember(answer(SENT, GOT))
    leaks.search("somewhere", said)
    assert leaks.FOUND == []


def test_tables_and_logs_are_looked_at(app, world, environment, tmp_path):
    person = world.person()
    order = person.order(notes="nobody reads this secret")
    leaks.KNOWN.update({order["id"], order["orderNumber"] + "-not-there"})
    leaks.search_tables(environment["DATABASE_URL"])
    assert any(order["id"] in found and found.startswith("orders") for found in leaks.FOUND)
    leaks.FOUND.clear()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "web.log").write_text(f"it was {order['id']}\n")
    leaks.search_logs(tmp_path)
    assert len(leaks.FOUND) == 1
