"""Every operation of the OpenAPI document, called by every role with generated input: all answers match the document.

`FUZZ_SEED=random make fuzz` generates other input each time; a failure prints the seed that repeats it.
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

from tests.fuzz.callers import ANONYMOUS, CALLERS, SESSION_ENDED, Callers
from tests.fuzz.cases import Operation, Request, requests_for
from tests.support.contract import DOCUMENT

pytestmark = pytest.mark.fuzz
MIN_COUNT = 10_000  # requests in each half, regardless of the number of operations
SURPLUS = 1.35  # operations without parameters have only one request
TIMEOUT = 10  # seconds


def status_is_named(_: CheckContext, answer: Response, case: Request) -> None:
    """Fail for a status that the document does not list; its `default` is only for unexpected errors."""
    named = case.operation.definition.raw["responses"]
    assert str(answer.status_code) in named, f"{case.operation.label}: {answer.status_code} is not documented"


CHECKS = [
    checks.not_a_server_error,
    status_is_named,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Read one sync event of a stream; other tests cover the rest.
CONFIG = {"max-stream-events": 1}
settings = hypothesis.settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],  # no shrinking: orders and users change, so a smaller request may not fail
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(app: Flask) -> list[Operation]:
    document = schemathesis.openapi.from_wsgi(DOCUMENT, app, config=schemathesis.Config.from_dict(CONFIG))
    found = list(document.get_all_operations())
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) == len(found)
    return operations


@pytest.mark.parametrize("first", [0, 1], ids=["even", "odd"])  # tools/fuzz runs both in parallel
def test_nobody_gets_an_answer_that_is_not_documented(
    first: int,
    operations: list[Operation],
    callers: Callers,
    seed: int,
    server_errors: Callable[[], list[str]],
    subtests: pytest.Subtests,
) -> None:
    answers: Counter[tuple[str, int]] = Counter()
    half = operations[first::2]
    each = round(SURPLUS * MIN_COUNT / len(half) / len(CALLERS))  # every caller sends each request
    for operation in half:
        with subtests.test(operation.label):
            callers.refresh()

            @hypothesis.seed(seed)
            @hypothesis.settings(settings, max_examples=each)
            @hypothesis.given(case=requests_for(operation, callers.objects))
            def ask(case: Request) -> None:
                answers.update(send_as_all(case, callers))

            try:
                ask()
            finally:  # a 500 is explained by its stack, which only the server's log has
                assert server_errors() == []
    assert answers.total() >= MIN_COUNT
    for caller in CALLERS:  # a courier may use few of the routes, so that most of its requests are refused
        assert answers[caller, 200] > (0 if caller == ANONYMOUS else MIN_COUNT / 200), (caller, answers)


def send_as_all(case: Request, callers: Callers) -> Iterator[tuple[str, int]]:
    """Send a request as every caller; yield the caller and the status of the answer."""
    for caller in CALLERS:
        # A new context: the test's contains an application context, and all requests would share its `g`.
        with gevent.Timeout(TIMEOUT, AssertionError(f"{case.operation.label} hangs")):
            answer = Context().run(case.call, headers=callers.headers(caller))
        case.validate_response(answer, checks=CHECKS, excluded_checks=_not_for(answer))
        assert "x-request-id" in answer.headers
        if (
            answer.status_code == 401
            and caller != ANONYMOUS
            and answer.json()["error"]["code"] in SESSION_ENDED
        ):
            callers.replace(caller)
        yield caller, answer.status_code


def _not_for(answer: Response) -> list[CheckFunction]:
    """Return the checks that do not apply to an answer."""
    if answer.headers["content-type"][0].startswith("text/event-stream"):
        return [response_schema_conformance]  # OpenAPI 3.1 cannot describe the events of a stream
    if answer.status_code == 308:
        return [content_type_conformance]  # `/admin` without an upgrade redirects to the console
    return []
