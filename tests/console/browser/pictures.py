"""Files that tests choose in a page: drawn, broken, and of an unsupported type."""

from __future__ import annotations

import io
import json
import random
import struct
import wave
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from tools.chromium import Tab

SIZE = (1200, 900)
DROP = """
(() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(BYTES)], NAME, { type: "image/png" }));
  const given = { dataTransfer, bubbles: true, cancelable: true };
  for (const kind of ["dragenter", "dragover", "drop"])
    document.querySelector("TARGET").dispatchEvent(new DragEvent(kind, given));
})()
"""


def picture(colour: str = "#c2410c") -> bytes:
    """Return a PNG of a plate."""
    image = Image.new("RGB", SIZE, colour)
    ImageDraw.Draw(image).ellipse((300, 200, 900, 700), fill="#fed7aa")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def noise() -> bytes:
    """Return a PNG of more than a megabyte."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (700, 700), random.Random(1).randbytes(700 * 700 * 3)).save(buffer, "PNG")
    return buffer.getvalue()


def recording(seconds: float = 1.5) -> bytes:
    """Return a WAV with a square wave of 200 Hz."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        samples = (8000 if n // 20 % 2 else -8000 for n in range(int(seconds * 8000)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return buffer.getvalue()


def broken() -> bytes:
    """Return the beginning of a JPEG."""
    return b"\xff\xd8\xff\xe0" + b"not a picture" * 20


def heic() -> bytes:
    """Return what an iPhone's picture begins with."""
    return b"\x00\x00\x00\x18ftypheic" + bytes(200)


def choose(tab: Tab, folder: Path, files: dict[str, bytes], selector: str = "input[type=file]") -> None:
    """Choose files in an input of a page."""
    paths = [folder / name for name in files]
    for path in paths:
        path.write_bytes(files[path.name])
    tab.until(f"document.querySelector('{selector}')")
    root = tab.send("DOM.getDocument")["root"]["nodeId"]
    node = tab.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
    tab.send("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])


def drop(tab: Tab, name: str, content: bytes, selector: str = ".drop") -> None:
    """Drop a file on an element of a page."""
    tab.run(
        DROP.replace("BYTES", json.dumps(list(content)))
        .replace("NAME", json.dumps(name))
        .replace("TARGET", selector)
    )


def errors(tab: Tab, expected: Sequence[int] = ()) -> list[str]:
    """Return what the page has reported, but for answers with an `expected` status, which Chromium logs as errors."""
    found: list[str] = tab.errors + tab.run("violations")
    return [one for one in found if not any(f"status of {status} " in one for status in expected)]
