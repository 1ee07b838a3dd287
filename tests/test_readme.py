"""The README agrees with the code."""

import re
from pathlib import Path

import pytest

from tests.support import contract

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def rest_table():
    table = README.split("| REST |", 1)[1].split("\n\n", 1)[0]
    for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE):
        yield from paths(cell)


def paths(cell):
    """Read `POST /api/a/b` `/c`, where `/c` stands for `POST /api/a/c`; after `{id}` it goes on from there."""
    methods: list[str] = []
    path = ""
    for code in re.findall(r"`(.*?)`", cell):
        *given, last = code.split()
        base = path if path.endswith("}") else path.rpartition("/")[0]
        methods, path = (given, last) if given else (methods, base + last)
        yield from ((method, path) for method in methods)


@pytest.mark.parametrize(("language", "name"), [("js", "order.mjs"), ("python", "order.py")])
def test_the_readme_shows_the_examples_as_they_are_run(language, name):
    assert blocks(language) == [(ROOT / "examples" / name).read_text()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_a_document_names_exists(path):
    named = set(re.findall(r"`(?:\w+=\S+ )?make ([a-z]+)", path.read_text()))
    named |= set(re.findall(r"^\$ make ([a-z]+)", path.read_text(), re.MULTILINE))
    assert named <= TARGETS


def test_the_readme_lists_every_make_target_in_the_makefiles_own_words():
    listed = re.findall(r"^\| `make ([a-z]+)` \| (.*) \|$", README, re.MULTILINE)
    assert listed == re.findall(r"^([a-z]+):.*?## (.*)$", MAKEFILE, re.MULTILINE)


@pytest.fixture(scope="module")
def served(app):
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_in_the_readmes_table_is_served(served):
    listed = list(rest_table())
    assert len(listed) > 10
    assert set(listed) - served == set()


def test_every_served_route_is_in_the_document_that_the_readme_links_to(served, server):
    assert "/api-docs" in README
    paths = contract.of(server.url).document["paths"]
    documented = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    pages = re.compile(r"/(admin|console|track)(/.*)?")
    console = {path for _, path in served if pages.fullmatch(path)}
    undocumented = {path for method, path in served - documented}
    assert undocumented - console == {contract.DOCUMENT, "/api-docs/", "/api-docs/{path}"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target
