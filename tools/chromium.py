"""Drive Chromium over its DevTools protocol, for tests/console/browser and for screenshots."""  # noqa: INP001

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

import websocket

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
    "--remote-debugging-port=0",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
START_SECONDS = 60.0
ANSWER_SECONDS = 60.0
NARROW = 600  # pixels; below it the tab pretends to be a telephone
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  violations.push(`${violatedDirective}: ${blockedURI}`));
"""
MIDDLE = """(() => {
  const element = ELEMENT;
  element.scrollIntoView({ block: "center" });
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
})()"""
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}


class ChromiumError(Exception):
    """Chromium does not start, does not answer, or refuses a command; the message says which."""


class Target:
    """A part of Chromium that takes commands over a WebSocket, and the errors that it has reported."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, suppress_origin=True, timeout=ANSWER_SECONDS)
        self._number = 0
        self.errors: list[str] = []

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result. Raises ChromiumError."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = self._receive()
            if message.get("id") == self._number:
                if "error" in message:
                    raise ChromiumError(f"{method}: {message['error']['message']}")
                return dict(message["result"])

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv())
        return message


class Tab(Target):
    """A page: commands, and the errors that the page has reported since `errors` was last emptied."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        for domain in ("Page", "Runtime", "Log", "Network", "Performance"):
            self.send(f"{domain}.enable")
        self.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def _receive(self) -> dict[str, Any]:
        message = super()._receive()
        values = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                details = values["exceptionDetails"]
                self.errors.append(details.get("exception", {}).get("description") or details["text"])
            case "Log.entryAdded" if values["entry"]["level"] == "error":
                entry = values["entry"]
                self.errors.append(f"{entry['source']}: {entry['text']} ({entry.get('url', '')})")
            case "Runtime.consoleAPICalled" if values["type"] in {"error", "assert"}:
                self.errors.append(" ".join(str(one.get("value", one)) for one in values["args"]))
        return message

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript, wait for its promise, and return the value. Raises ChromiumError."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ChromiumError(
                answer["exceptionDetails"].get("exception", {}).get("description", expression)
            )
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 30.0) -> None:
        """Wait until JavaScript gives something true. Raises ChromiumError."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.run(f"Boolean({expression})"):
                    return
            except ChromiumError:  # the page is being replaced
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise ChromiumError(
                    f"not within {seconds} s: {expression}; errors of the page: {self.errors}"
                )
            time.sleep(0.02)

    def go(self, url: str) -> None:
        """Open an address, and return when the document is there."""
        self.send("Page.navigate", url=url)
        self.until(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")

    def resize(self, width: int, height: int = 900, *, dark: bool = False, still: bool = False) -> None:
        """Set the size in pixels, the colours that the user prefers, and whether without motion."""
        narrow = width < NARROW
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=narrow,
        )
        shade = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        motion = {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}
        self.send("Emulation.setEmulatedMedia", features=[shade, motion])

    def set_offline(self, offline: bool) -> None:
        """Cut the page off the network, or connect it again."""
        speeds = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.send("Network.emulateNetworkConditions", offline=offline, **speeds)

    def press(self, key: str) -> None:
        """Press a key: Tab, Enter or Escape."""
        code = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", **code, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **code)

    def click(self, element: str) -> None:
        """Click with the mouse in the middle of the element that the JavaScript expression gives.

        The page must have loaded and the element must stand still: styles that load late move it away from the mouse.
        """
        self.until("document.readyState === 'complete'")
        middle, before = MIDDLE.replace("ELEMENT", element), None
        while (place := self.run(middle)) != before:
            before = place
            time.sleep(0.05)
        x, y = place
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def picture(self, path: Path, **options: Any) -> None:
        """Write a screenshot; `options` are those of Page.captureScreenshot, PNG by default."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", **options)["data"]))

    def close(self) -> None:
        """Close the page."""
        self.send("Page.close")
        self._socket.close()


class Session(Target):
    """A session of a running Chromium: its pages share cookies and storage with no other session."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._pages = address.partition("/devtools/")[0] + "/devtools/page/"
        self._context = self.send("Target.createBrowserContext")["browserContextId"]

    def open(self) -> Tab:
        """Open an empty page."""
        created = self.send("Target.createTarget", url="about:blank", browserContextId=self._context)
        return Tab(self._pages + created["targetId"])

    def close(self) -> None:
        """Close the pages, and forget what they have stored."""
        self.send("Target.disposeBrowserContext", browserContextId=self._context)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Browser:
    """Chromium with a profile of its own, in a temporary folder, and further `flags`."""

    def __init__(self, *flags: str) -> None:
        if PROGRAM is None:
            raise ChromiumError("Chromium is not installed")
        self._profile = tempfile.mkdtemp(prefix="metaia-chromium-")
        command = [PROGRAM, *FLAGS, *flags, f"--user-data-dir={self._profile}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._port = self._wait_for_port()
        except ChromiumError:
            self.close()
            raise

    def _wait_for_port(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        file = Path(self._profile) / "DevToolsActivePort"
        while time.monotonic() < deadline and self.process.poll() is None:
            if file.exists() and (text := file.read_text()):
                return text.split()[0]
            time.sleep(0.05)
        raise ChromiumError("Chromium did not start")

    def open(self) -> Tab:
        """Open an empty page."""
        return Tab(self._ask("new?about:blank", "PUT")["webSocketDebuggerUrl"])

    def session(self) -> Session:
        """Begin a session. It takes a twentieth of the time that another Chromium needs to start."""
        return Session(self._ask("version")["webSocketDebuggerUrl"])

    def _ask(self, path: str, method: str = "GET") -> dict[str, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/json/{path}", method=method)
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return dict(json.load(answer))

    @property
    def running(self) -> bool:
        """Return whether Chromium has not ended."""
        return self.process.poll() is None

    def close(self) -> None:
        """End Chromium and delete its profile."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
