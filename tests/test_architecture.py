"""The house rules that no linter knows: see docs/architecture.md."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import marshmallow
import pytest
from flask import Flask

from metaia.app import DOMAINS
from metaia.core.errors import CODES
from metaia.core.http import endpoint
from metaia.core.http.fields import Amount, Float, Integer
from metaia.core.http.request_hooks import is_public
from metaia.jobs.registry import JOBS
from metaia.realtime.catalogue import EVENTS
from metaia.realtime.inbound import INBOUND

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "metaia").rglob("*.py"))
LONGEST = 300  # lines
DOCUMENTATION = {"api-docs.openapi_json", "swagger_ui.show"}  # made by libraries; READ holds


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in a file with its dotted name, as far as it has one: `session.commit`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def callers_of(*endings: str, but: str = "") -> set[str]:
    return {
        name_of(path) for path in FILES for name, _ in calls(path) if name.endswith(endings) and name != but
    }


def texts(path: Path, function: str, place: int = 0) -> Iterator[str]:
    """Yield the literals in arguments at `place` of the calls of `function`, also those of a conditional."""
    for name, call in calls(path):
        if name == function and len(call.args) > place:
            for node in ast.walk(call.args[place]):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_one_place_commits():
    assert callers_of(".commit") == {"metaia/core/db/transaction.py"}


def test_one_place_talks_to_sockets():
    assert all(
        name.startswith("metaia/realtime/") for name in callers_of(".emit", ".enter_room", ".leave_room")
    )


def test_one_place_enqueues():
    rq = (".enqueue", ".enqueue_many", ".enqueue_in", ".enqueue_at", ".enqueue_call")
    outbox = "job_registry.enqueue"  # which only adds a row
    assert callers_of(*rq, but=outbox) == {"metaia/jobs/dispatcher.py"}


def test_one_place_reads_the_environment():
    readers = {name_of(p) for p in FILES if "os.environ" in p.read_text() or "os.getenv" in p.read_text()}
    # development's tools start other programs; a fault point must work before there is an application
    assert {name for name in readers if not name.startswith("metaia/dev/")} <= {
        "metaia/core/fault_injection.py"
    }


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_imported_inside_a_function(path):
    inside = [
        f"{name_of(path)}:{node.lineno}"
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short_enough_to_read(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_public_functions_say_what_they_do(path):
    module = tree_of(path)
    without = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for node in module.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert without == []
    assert ast.get_docstring(module), name_of(path)


def test_queries_alone_select():
    """Services change rows and ask `queries`; only core and realtime, which have no domain, select for themselves."""
    selecting = {name_of(p) for p in FILES for name, _ in calls(p) if name in {"select", "sa.select"}}
    domains = {n for n in selecting if n.split("/")[1] not in {"core", "jobs", "realtime", "dev", "system"}}
    assert {name.rsplit("/", 1)[1] for name in domains} <= {"queries.py", "stats.py"}


def test_the_tables_of_a_domain_are_imported_only_by_itself():
    """Other domains ask its queries; `metaia.dev` fills tables with demo data."""
    foreign = [
        f"{name_of(path)}:{node.lineno} {node.module}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("metaia.")
        if node.module.endswith(".models") or any(alias.name == "models" for alias in node.names)
        if path.relative_to(ROOT).parts[1] not in {node.module.split(".")[1], "dev"}
    ]
    assert foreign == []


@pytest.fixture(scope="module")
def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_route_for_staff_says_which_permission_it_needs(app):
    staff = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/admin", "/admin/")) and not is_public(app, rule.endpoint)
    }
    asked = {name: endpoint.of(app.view_functions[name]).permission for name in staff}
    assert staff
    assert {name for name, permission in asked.items() if permission is None} == set()


def test_every_route_has_its_rate_limit(app, endpoints):
    undeclared = {name for name in endpoints if endpoint.of(app.view_functions[name]) is endpoint.UNDECLARED}
    assert undeclared == DOCUMENTATION
    assert all(endpoint.of(app.view_functions[name]).limit.limit for name in endpoints)


def test_bodies_are_read_only_through_schemas():
    """A route without a schema ignores its body; vendors' calls are verified as bytes before they are parsed."""
    reads = ("request.get_data", "request.get_json", "read_body", "parse_strict_json")
    outside = {name for name in callers_of(*reads) if not name.startswith(("metaia/core/", "metaia/dev/"))}
    assert outside == {"metaia/webhooks/routes.py"}


def test_numbers_from_clients_are_read_by_our_fields(app, endpoints):
    """The numbers of Marshmallow refuse `2.0`, or accept `2_0` and digits of any script."""
    ours = (Integer, Float, Amount)
    declared = [endpoint.of(app.view_functions[name]) for name in endpoints]
    schemas = [schema for this in declared for schema in (this.body, this.query) if schema is not None]
    schemas += [event.schema for event in INBOUND.of(app).values()]
    with app.app_context():
        numbers = {
            f"{type(owner).__name__}.{name}": field
            for schema in schemas
            for owner, name, field in fields_of(schema() if isinstance(schema, type) else schema)
            if isinstance(field, marshmallow.fields.Number)
        }
    assert numbers
    assert {name for name, field in numbers.items() if not isinstance(field, ours)} == set()


# Queries of single things and of connections. What resumes or identifies a connection may be empty: then it is none.
NOT_FILTERS = {"TrackQuery", "TokenQuery", "SyncQuery", "StreamQuery", "TicketQuery", "UnsubscribeToken"}


def test_every_filter_of_every_list_refuses_an_empty_value(app, endpoints):
    queries = {q for name in endpoints if (q := endpoint.of(app.view_functions[name]).query) is not None}
    filters = {query for query in queries if query.__name__ not in NOT_FILTERS}
    assert len(filters) >= 8
    for query in filters:
        for name in {field.data_key for field in query().fields.values()}:
            for empty in ("", "  "):
                with pytest.raises(marshmallow.ValidationError) as caught:
                    query().load({name: empty})
                assert caught.value.messages == {name: ["Must not be empty: leave it out instead."]}


def fields_of(schema):
    """Yield the fields of a schema and of the schemas in it, each with its owner."""
    for name, field in schema.fields.items():
        while isinstance(field, marshmallow.fields.List):
            field = field.inner
        yield schema, name, field
        if isinstance(field, marshmallow.fields.Nested):
            yield from fields_of(field.schema)


def test_every_answer_has_a_schema(app, endpoints):
    declared = {name: endpoint.of(app.view_functions[name]) for name in endpoints}
    without = {
        name for name, this in declared.items() if this.returns is None and this.status not in {101, 204, 303}
    }
    assert without == DOCUMENTATION


def test_every_event_that_is_recorded_is_in_the_catalogue_and_the_other_way_round(app):
    recorded = {text for path in FILES for text in texts(path, "events.record")}
    recorded |= {text for path in FILES for text in texts(path, "outbox.add", place=1)}
    assert recorded == EVENTS.of(app).keys()


def test_every_job_that_is_asked_for_exists(app):
    constants = {
        target.id: node.value.value
        for path in FILES
        for node in tree_of(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    asked = [
        ast.literal_eval(call.args[0])
        if isinstance(call.args[0], ast.Constant)
        else constants[ast.unparse(call.args[0])]
        for path in FILES
        for name, call in calls(path)
        if name == "job_registry.enqueue"
    ]
    assert asked
    assert set(asked) <= JOBS.of(app).keys()


@pytest.mark.usefixtures("app")
def test_every_error_code_is_declared_and_every_declared_one_can_happen():
    used = {
        keyword.value.value
        for path in FILES
        for _, call in calls(path)
        for keyword in call.keywords
        if keyword.arg == "code"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    }
    own = {
        node.value.elts[1].value
        for node in ast.walk(tree_of(ROOT / "metaia/core/errors.py"))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and len(node.value.elts) == 3
        and isinstance(node.value.elts[1], ast.Constant)
    }
    assert used | own | {"internal_error"} == CODES.keys()


def test_everything_a_client_may_send_has_a_schema_and_a_summary(app):
    inbound = INBOUND.of(app)
    assert {name for name, event in inbound.items() if not event.schema().fields} == {"heartbeat"}
    assert all(event.summary.endswith(".") for event in inbound.values())


def test_domains_register_in_the_order_in_which_they_may_know_each_other():
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [layers] = [c["layers"] for c in linter["contracts"] if "metaia.core" in c.get("layers", ())]
    upward = [layer.removeprefix("metaia.") for layer in reversed(layers)]
    assert [name for name in upward if name in DOMAINS] == list(DOMAINS)
