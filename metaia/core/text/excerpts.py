"""Where a text matches a search of `words.py`, and the part of the text that shows it. Positions are code points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from metaia.core.text import words

LONGEST = 160  # code points of an excerpt without its ellipses
BEFORE = 40  # code points in front of the first match
WINDOW = 320  # code points of a long text in which matches are looked for: 4,000 would take 10 ms
ELLIPSIS = "…"
Span = tuple[int, int]  # start and length


def matches(text: str, query: str) -> list[Span]:
    """Return the parts of `text` that match a word, a run or an emoji of `query`, in order and without overlaps."""
    folded, starts, ends = _folded(text)
    wanted = [*words.parts_of(query)]
    found = {
        (starts[first], ends[last - 1])
        for part in words.PART.finditer(folded)
        for first, last in _within(part, [parts for kind, parts in wanted if kind == part.lastgroup])
    }
    return [(start, end - start) for start, end in _merged(sorted(found))]


def excerpt(text: str, query: str) -> tuple[str, list[Span]]:
    """Return the part of `text` around the first match of `query`, and the matches in it."""
    offset = _near(text, query) if len(text) > WINDOW else 0
    found = [(start + offset, length) for start, length in matches(text[offset : offset + WINDOW], query)]
    begin = _begin(text, found[0][0]) if found else 0
    end = _boundary(text, begin + LONGEST)
    lead = ELLIPSIS if begin else ""
    shown = lead + text[begin:end] + (ELLIPSIS if end < len(text) else "")
    shift = len(lead) - begin
    inside = [(start + shift, length) for start, length in found if start + length <= end]
    return shown.replace("\n", " ").replace("\t", " "), inside


def _near(text: str, query: str) -> int:
    """Return where the window of a long text begins: in front of the first match, estimated in the folded text."""
    folded, places = words.comparable(text), list[int]()
    for kind, parts in words.parts_of(query):
        begins = r"(?<![\w\p{M}])" if kind == "word" else ""
        if match := regex.search(begins + regex.escape("".join(parts)), folded):
            places.append(match.start())
    first = min(places, default=0) * len(text) // max(len(folded), 1)
    return max(0, min(first - WINDOW // 2, len(text) - WINDOW))


def _folded(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return `text` as words compare it, and for each of its code points where that cluster of `text` starts and ends.

    It is folded cluster by cluster: compatibility forms are longer or shorter than what they stand for.
    """
    if text.isascii():
        return text.lower(), range(len(text)), range(1, len(text) + 1)
    folded, starts, ends = [], list[int](), list[int]()
    for cluster in words.CLUSTER.finditer(text):
        form = _comparable(cluster[0])
        folded.append(form)
        starts += [cluster.start()] * len(form)
        ends += [cluster.end()] * len(form)
    return "".join(folded), starts, ends


@lru_cache(20_000)
def _comparable(cluster: str) -> str:
    return words.comparable(cluster)


def _within(part: regex.Match[str], wanted: list[list[str]]) -> Iterator[Span]:
    """Yield first and last positions of each of `wanted`, which are of its kind, in a part of the folded text."""
    if part.lastgroup != "run":
        for word, *_ in wanted:
            if part[0].startswith(word):
                yield part.start(), part.start() + len(word)
        return
    if not wanted:
        return
    clusters, offsets = words.CLUSTER.findall(part[0]), [part.start()]
    for cluster in clusters:
        offsets.append(offsets[-1] + len(cluster))
    for *full, last in wanted:
        for at in range(len(clusters) - len(full)):
            if clusters[at : at + len(full)] == full and clusters[at + len(full)].startswith(last):
                yield offsets[at], offsets[at + len(full) + 1]


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Yield sorted pairs of start and end as such pairs without overlaps."""
    current: Span | None = None
    for start, end in spans:
        if current is not None and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


def _begin(text: str, first: int) -> int:
    """Return where an excerpt begins: after a space in front of the first match, or between two clusters."""
    earliest = first - BEFORE
    if earliest <= 0:
        return 0
    space = text.find(" ", earliest, first)
    return space + 1 if space >= 0 else _boundary(text, earliest)


def _boundary(text: str, position: int) -> int:
    """Return the last boundary between clusters that is not after `position`."""
    if position >= len(text):
        return len(text)
    if text.isascii():
        return position
    near = max(0, position - LONGEST)  # longer than any cluster that people type
    return max((each.start() for each in words.CLUSTER.finditer(text, near, position + 1)), default=position)
