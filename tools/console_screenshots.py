"""Take the screenshots of docs/console: python tools/console_screenshots.py URL (of a running `make run`)."""  # noqa: INP001

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from metaia.dev.demo_data import PASSWORD, PEOPLE
from tools.chromium import Browser, Tab

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "console"
WIDE, NARROW = (1280, 800), (390, 780)
MOST_BYTES = 150_000
# File, login (None: without), path below the slot, size, dark.
PICTURES = (
    ("who-are-you", None, "/console/", WIDE, False),
    ("board", "tailor", "/", WIDE, False),
    ("orders", "customer", "/", NARROW, False),
    ("map", "admin", "/map", WIDE, True),
    ("live", "admin", "/live", WIDE, False),
    ("messages", "admin", "/messages", WIDE, False),
    ("tour", "delivery", "/", NARROW, True),
)
LOG_IN = """
fetch("/console/sessions/SLOT", {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(BODY),
}).then(({ status }) => status)
"""
# A picture with 32 shades of each colour, which is half as large.
FEWER_COLOURS = """
(async () => {
  const bytes = Uint8Array.from(atob("PICTURE"), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(image.width * SCALE, image.height * SCALE);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  pixels.data.forEach((value, n, all) => (all[n] = Math.min(255, Math.round(value / 8) * 8)));
  context.putImageData(pixels, 0, 0);
  const small = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  return btoa(Array.from(small, (byte) => String.fromCharCode(byte)).join(""));
})()
"""
LOADED = """
!document.querySelector(".skeleton") && [...document.querySelectorAll(".dot")].every((dot) => dot.matches(".green"))
"""


def main(url: str) -> None:
    """Write all pictures. Raises ChromiumError if a page does not come."""
    FOLDER.mkdir(exist_ok=True)
    with Browser() as browser:
        tab = browser.open()
        theatre(tab, url)
        slots = {}
        for name, login, path, size, dark in PICTURES:
            if login and login not in slots:
                slots[login] = enter(tab, login)
            tab.resize(*size, dark=dark)
            tab.go(url + (f"/console/{slots[login]}{path}" if login else path))
            take(tab, name)
        tab.close()


def theatre(tab: Tab, url: str) -> None:
    """Play the story, and take its picture when it is over."""
    tab.resize(1440, 860)
    tab.go(f"{url}/console/theatre")
    tab.until("document.querySelectorAll('.pane .dot.green').length === 4")
    tab.click("document.querySelector('.play button.primary')")
    tab.until("document.querySelectorAll('.story .done').length >= 5", 60)
    take(tab, "theatre")


def enter(tab: Tab, login: str) -> int:
    """Log in a demo person and return the number of their slot."""
    slot = [person.login for person in PEOPLE].index(login) + 1
    body = json.dumps({"email": f"{login}@metaia.example", "password": PASSWORD})
    status = tab.run(LOG_IN.replace("SLOT", str(slot)).replace("BODY", body))
    if status != 200:
        raise SystemExit(f"login of {login}: {status}")
    return slot


def take(tab: Tab, name: str) -> None:
    """Write one picture."""
    tab.until(LOADED)
    time.sleep(1.5)  # colours fade in, short messages come
    path = FOLDER / f"{name}.png"
    tab.picture(path)
    for scale in (1.0, 0.85, 0.7):
        whole = base64.b64encode(path.read_bytes()).decode()
        script = FEWER_COLOURS.replace("PICTURE", whole).replace("SCALE", str(scale))
        path.write_bytes(base64.b64decode(tab.run(script)))
        if path.stat().st_size <= MOST_BYTES:
            break
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
