"""PDF: pages are counted, and every object is searched for what starts programs or carries files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from .refusal import CORRUPT, TOO_LONG, Refused, Unsupported

MOST_PAGES = 500
DEEPEST = 60  # levels of direct objects inside of each other
# Also in objects that the reader does not find, because another program may find them.
PLAIN = re.compile(rb"/(Launch|EmbeddedFiles?|RichMedia)\b")
ACTIONS = frozenset({"/Launch", "/ImportData"})
FILES = frozenset({"/EmbeddedFiles", "/EF", "/RichMediaContent"})


def check(file: Path) -> None:
    """Raises Refused, Unsupported, or anything that pypdf raises for a corrupt file."""
    if found := PLAIN.search(file.read_bytes()):
        raise Unsupported(found.group().decode())
    with PdfReader(file, strict=False) as reader:
        if reader.is_encrypted:
            raise Unsupported("encrypted")
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise Refused(TOO_LONG, f"{pages} pages")
        if not pages:
            raise Refused(CORRUPT, "no pages")
        for item in _objects(reader):
            _search(item)


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Yield the trailer and every object of the cross-reference tables, those in object streams too."""
    yield reader.trailer
    for generation, table in reader.xref.items():
        for number in table:
            yield reader.get_object(IndirectObject(number, generation, reader))
    for number in reader.xref_objStm:
        yield reader.get_object(IndirectObject(number, 0, reader))


def _search(item: Any, depth: int = 0) -> None:
    """Search one object and the direct objects in it; references lead to objects that are searched themselves."""
    if depth > DEEPEST:
        raise Refused(CORRUPT, "objects too deep inside of each other")
    if isinstance(item, DictionaryObject):
        if str(item.raw_get("/S") if "/S" in item else "") in ACTIONS or FILES & item.keys():
            raise Unsupported("an action that starts programs, or an embedded file")
        for value in item.values():
            _search(value, depth + 1)
    elif isinstance(item, ArrayObject):
        for value in item:
            if not isinstance(value, IndirectObject | NullObject):
                _search(value, depth + 1)
