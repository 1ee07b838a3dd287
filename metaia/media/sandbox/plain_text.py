"""Plain text and CSV: UTF-8 that no program takes for something else."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from .refusal import EMPTY, Refused, Unsupported

PIECE = 1024 * 1024  # bytes read at once
SNIFFED = 2048  # characters at the start that must not look like markup
# Tags by which browsers recognize HTML (https://mimesniff.spec.whatwg.org), and those of SVG and XML.
MARKUP = re.compile(
    r"\s*<(!doctype|\?xml|!--)|<(html|head|body|script|iframe|svg|style|title|link|meta|object|embed)[\s/>]",
    re.IGNORECASE,
)
OTHERS = ("{\\rtf", "%PDF-", "%!PS", "#!", "MZ")  # RTF, PDF, PostScript, scripts, programs
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def check(file: Path) -> None:
    """Raise Unsupported for another encoding, control characters or markup; Refused for a file without a character."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    start = ""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            text = _decoded(decoder, piece)
            start = start or text.lstrip()[:SNIFFED]
            if CONTROLS.search(text):
                raise Unsupported("control characters")
        _decoded(decoder, b"", final=True)
    if not start:
        raise Refused(EMPTY)
    if MARKUP.search(start) or start.startswith(OTHERS):
        raise Unsupported("markup, or a script")


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> str:
    try:
        return decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        raise Unsupported("not UTF-8") from error
