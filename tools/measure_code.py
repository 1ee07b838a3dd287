"""Measure a checkout of METAIA: sizes, types, names, and dialect words in its prose.

Usage: python tools/measure_code.py [PATH]. Needs nothing but Python 3.11. Product code is metaia/ without metaia/dev.
"""  # noqa: INP001 - run by its path

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median

DIALECT = frozenset((
    "who", "whom", "whose", "whoever", "told", "tell", "tells", "telling", "say", "says", "said", "saying", "heard",
    "hear", "hears", "somebody", "nobody", "everybody", "anybody", "gone", "anew", "beside", "meanwhile",
))  # fmt: skip
VOCABULARY = frozenset((
    "models", "queries", "state", "policy", "recipients", "schemas", "presenters", "service", "create", "history",
    "publish", "privacy", "routes", "sockets", "jobs", "commands", "events", "notifications",
))  # fmt: skip
MECHANISMS = frozenset(
    {"core", "dev", "extensions", "jobs", "providers", "realtime", "settings"}
)  # no domains
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "STYLE.md")
LONG_FUNCTION = 40  # lines
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Code:
    """The parsed Python files of a checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.package = sorted((root / "metaia").rglob("*.py"))
        self.product = [path for path in self.package if path.parts[len(root.parts) + 1] != "dev"]
        self.trees = {path: ast.parse(path.read_text(), str(path)) for path in self.product}
        self.functions = [
            node for tree in self.trees.values() for node in ast.walk(tree) if isinstance(node, Function)
        ]
        self.public = [node for node in self.functions if not node.name.startswith("_")]

    def domain_files(self) -> list[Path]:
        """Return the files of domains and their parts, without `__init__.py`."""
        inside = [(path.relative_to(self.root / "metaia"), path) for path in self.product]
        return [
            path
            for name, path in inside
            if len(name.parts) > 1 and name.parts[0] not in MECHANISMS and name.name != "__init__.py"
        ]

    def domain_folders(self) -> Counter[str]:
        """Return how many Python files each domain folder has, `__init__.py` included."""
        folders = {path.parent for path in self.domain_files()}
        found = Counter(path.parent for path in self.product if path.parent in folders)
        return Counter({str(folder.relative_to(self.root)): count for folder, count in found.items()})

    def docstrings(self) -> Iterator[str]:
        """Yield the docstrings of modules, classes and functions."""
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.Module | ast.ClassDef | Function) and (
                    text := ast.get_docstring(node)
                ):
                    yield text

    def documents(self) -> Iterator[str]:
        """Yield the prose of docs/ and of DOCUMENTS: code and examples in fenced blocks are left out."""
        at_root = [self.root / name for name in DOCUMENTS]
        for path in [*sorted((self.root / "docs").rglob("*.md")), *at_root]:
            if path.exists():
                yield _FENCED.sub("", path.read_text())

    def test_names(self) -> list[str]:
        """Return the names of all tests, without `test_`."""
        return [
            node.name.removeprefix("test_")
            for path in sorted((self.root / "tests").rglob("test_*.py"))
            for node in ast.walk(ast.parse(path.read_text(), str(path)))
            if isinstance(node, Function) and node.name.startswith("test_")
        ]


def dialect(texts: Iterable[str]) -> tuple[int, int]:
    """Return how many words of `texts` are dialect, and how many words there are."""
    words = [word.lower() for text in texts for word in re.findall(r"[A-Za-z][\w'-]*", text)]
    return sum(word in DIALECT for word in words), len(words)


def lines_of(path: Path) -> int:
    """Return the number of lines of a file."""
    return len(path.read_text().splitlines())


def _length(function: Function) -> int:
    """Return the lines of a function from `def` to its end, docstring included, decorators not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _typed(function: Function) -> bool:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    returns = function.returns is not None or function.name == "__init__"
    return returns and all(each.annotation for each in named if each.arg not in {"self", "cls"})


def _spread(values: Sequence[int]) -> str:
    ordered = sorted(values)
    return f"{median(ordered):g} · {ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]} · {ordered[-1]}"


def _share(some: int, all_of_them: int) -> str:
    return f"{100 * some / max(1, all_of_them):.0f} %  ({some} of {all_of_them})"


def _rate(texts: Iterable[str]) -> str:
    found, words = dialect(texts)
    return f"{1000 * found / max(1, words):.1f}  ({found} of {words})"


def measures(code: Code) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each measure."""
    lengths = [_length(function) for function in code.functions]
    domain_files = code.domain_files()
    names = [len(name.split("_")) for name in code.test_names()]
    ignores = sum(path.read_text().count("type: ignore") for path in code.package)
    yield "files / lines", f"{len(code.product)} / {sum(map(lines_of, code.product))}"
    yield "lines per file: median · p90 · max", _spread([lines_of(path) for path in code.product])
    yield "lines per function: median · p90 · max", _spread(lengths)
    yield (
        f"functions over {LONG_FUNCTION} lines",
        _share(sum(n > LONG_FUNCTION for n in lengths), len(lengths)),
    )
    yield "functions with types", _share(sum(map(_typed, code.functions)), len(code.functions))
    documented = sum(bool(ast.get_docstring(function)) for function in code.public)
    yield "public functions with a docstring", _share(documented, len(code.public))
    folders = Counter(path.parent for path in code.product).values()
    yield "files per folder: median · max", f"{median(folders):g} · {max(folders)}"
    yield "dialect words per 1,000 words of docstrings", _rate(code.docstrings())
    yield "dialect words per 1,000 words of documents", _rate(code.documents())
    usual = sum(path.stem in VOCABULARY for path in domain_files)
    yield "domain files with a name of the vocabulary", _share(usual, len(domain_files))
    yield "words per test name: median · max", f"{median(names):g} · {max(names)}"
    yield "`type: ignore` in metaia/", str(ignores)


def main(root: Path) -> None:
    """Print the measures of the checkout at `root`."""
    code = Code(root)
    for name, value in measures(code):
        print(f"{name:45} {value}")
    print("\nfiles per domain folder")
    for folder, count in code.domain_folders().most_common():
        print(f"  {count:3}  {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
