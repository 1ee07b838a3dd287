"""Forbidden calls and imports in the code of production. `metaia/dev`, for development only, is exempt."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [path for path in sorted((ROOT / "metaia").rglob("*.py")) if "dev" not in path.parts]
SCRIPTS = sorted(
    p for p in (ROOT / "metaia").rglob("*.js") if p.parent.name != "bundle"
)  # built, of libraries too
# Packages that run programs, deserialize arbitrary objects, or generate predictable numbers.
UNSAFE = {"subprocess", "pickle", "marshal", "shelve", "yaml", "xml", "lxml", "ctypes", "random"}
RUNNING = {"eval", "exec", "compile", "__import__", ".system", ".popen"}
WEAK = {".md5", ".sha1", "._create_unverified_context"}
ALLOWED = {
    "metaia/media/processing/child.py": {"subprocess"},  # the sandbox, with fixed arguments
    "metaia/providers/storage/s3_answers.py": {"xml"},  # names of types; defusedxml parses
    "metaia/realtime/clients/sse.py": {"random"},  # spread of returning clients
    "metaia/realtime/server/draining.py": {"random"},  # order of the ends
    "metaia/realtime/clients/latency.py": {"random"},  # sampling of measured deliveries
    "metaia/notifications/delivery/sending.py": {"random"},  # jitter of retries
    "metaia/webhook_endpoints/sending/results.py": {"random"},  # jitter of retries
    "metaia/analytics/checking/service.py": {"random"},  # the day that is computed again
}
IN_BROWSERS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|__proto__"
    r"|localStorage|sessionStorage|indexedDB|document\.cookie|postMessage"
)


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 150
    assert len(SCRIPTS) >= 2


def test_nothing_runs_programs_or_text_or_trusts_what_it_reads() -> None:
    found = {name(path): used(path) & (UNSAFE | RUNNING | WEAK) for path in FILES}
    assert {path: uses for path, uses in found.items() if not uses <= ALLOWED.get(path, set())} == {}


def test_nobody_believes_a_server_without_its_certificate() -> None:
    assert matching(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False", FILES) == []


def test_nothing_that_is_for_ones_own_machine_gets_into_production() -> None:
    assert matching(r"metaia\.dev", FILES) == []


def test_no_script_runs_text_or_keeps_anything_in_the_browser() -> None:
    assert matching(IN_BROWSERS, SCRIPTS) == []


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def matching(pattern: str, paths: list[Path]) -> list[str]:
    """Return the names of the files in which a pattern is found."""
    return [name(path) for path in paths if re.search(pattern, path.read_text())]


def used(path: Path) -> set[str]:
    """Return the names of the packages that a file imports, and of all its calls."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    return imported(nodes) | called(nodes)


def imported(nodes: list[ast.AST]) -> set[str]:
    """Return the names of the packages that a file imports."""
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in whole | parts}


def called(nodes: list[ast.AST]) -> set[str]:
    """Return the names of all calls in a file: `eval` for functions, `.md5` for methods of any object."""
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    plain = {function.id for function in functions if isinstance(function, ast.Name)}
    return plain | {f".{function.attr}" for function in functions if isinstance(function, ast.Attribute)}
