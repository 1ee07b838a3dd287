"""Every operation of the OpenAPI document, asked by everybody for anything: what comes back is what the document says.

`FUZZ_SEED=random make fuzz` asks something else each time; a failure says which number asks it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import Context

import gevent
import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from schemathesis import CheckContext, CheckFunction, Response, checks
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

from tests.fuzz.cases import Operation, Request, about
from tests.fuzz.crowd import ASKING, GONE, NOBODY, Crowd
from tests.support.contract import DOCUMENT

pytestmark = pytest.mark.fuzz
WANTED = 10_000  # requests in each half, however many operations there are
SPARE = 1.35  # of those without parameters only one request can be made up
SLOW = 10  # seconds: nothing takes that long unless it hangs


def status_is_named(_: CheckContext, answer: Response, case: Request) -> None:
    """Fail for a status that the document does not name: its `default` is for what nobody foresaw."""
    named = case.operation.definition.raw["responses"]
    assert str(answer.status_code) in named, f"{case.operation.label}: {answer.status_code} is not named"


CHECKS = [
    checks.not_a_server_error,
    status_is_named,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# One sync event ends a stream; the rest of it has tests of its own.
CONFIG = {"max-stream-events": 1}
chosen = hypothesis.settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],  # orders and people change: a smaller request would not fail the same way
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(app: Flask) -> list[Operation]:
    document = schemathesis.openapi.from_wsgi(DOCUMENT, app, config=schemathesis.Config.from_dict(CONFIG))
    found = list(document.get_all_operations())
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) == len(found)
    return operations


@pytest.mark.parametrize("first", [0, 1], ids=["even", "odd"])  # tools/fuzz asks both at the same time
def test_nobody_gets_an_answer_that_is_not_documented(
    first: int,
    operations: list[Operation],
    crowd: Crowd,
    seed: int,
    complaints: Callable[[], list[str]],
    subtests: pytest.Subtests,
) -> None:
    answers: Counter[tuple[str, int]] = Counter()
    half = operations[first::2]
    each = round(SPARE * WANTED / len(half) / len(ASKING))  # what is made up is sent by everybody
    for operation in half:
        with subtests.test(operation.label):
            crowd.gather()

            @hypothesis.seed(seed)
            @hypothesis.settings(chosen, max_examples=each)
            @hypothesis.given(case=about(operation, crowd.things))
            def ask(case: Request) -> None:
                answers.update(asked(case, crowd))

            ask()
            assert complaints() == []
    assert answers.total() >= WANTED
    for who in ASKING:
        assert answers[who, 200] > (0 if who == NOBODY else WANTED / 100), (who, answers)


def asked(case: Request, crowd: Crowd) -> Iterator[tuple[str, int]]:
    """Let everybody send a request; yield who did, and the status they got."""
    for who in ASKING:
        # A context of its own: the test's has an application in it, whose `g` all requests would share.
        with gevent.Timeout(SLOW, AssertionError(f"{case.operation.label} hangs")):
            answer = Context().run(case.call, headers=crowd.headers(who))
        case.validate_response(answer, checks=CHECKS, excluded_checks=_not_for(answer))
        assert "x-request-id" in answer.headers
        if answer.status_code == 401 and who != NOBODY and answer.json()["error"]["code"] in GONE:
            crowd.renew(who)
        yield who, answer.status_code


def _not_for(answer: Response) -> list[CheckFunction]:
    """Return the checks to leave out."""
    if answer.headers["content-type"][0].startswith("text/event-stream"):
        return [response_schema_conformance]  # OpenAPI 3.1 has no words for the events of a stream
    if answer.status_code == 308:
        return [content_type_conformance]  # `ws /admin` in a browser: it is sent to the staff's pages
    return []
