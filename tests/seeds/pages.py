"""Static pages at an origin of their own, which contain the clients of the product's first two guides word for word.

The addresses in that code are `localhost:5000` and `localhost:8000`; the browser maps both to the server of the test.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tools import build_client

HERE = Path(__file__).parent
APP = ("frame.js", "code/connection.js", "code/events.js", "app.js")
DASHBOARD = (
    "frame.js",
    "code/TimingOrderClient.js",
    "code/testConnection.js",
    "code/OrderStatusBadge.jsx",
    "code/OrderDashboard.jsx",
    "dashboard.jsx",
)
HTML = """<!doctype html>
<meta charset="utf-8"><title>{name}</title><div id="root"></div><script src="{name}.js"></script>
"""
BUNDLE = """
require("esbuild").buildSync({
  stdin: { contents: process.argv[1], resolveDir: process.argv[2], loader: "jsx" },
  bundle: true, format: "iife", charset: "utf8", jsx: "automatic", nodePaths: ["node_modules"],
  alias: Object.fromEntries([["", "index"], ["/react", "react/index"]].map(([name, file]) =>
    [`@metaia/client${name}`, `${process.cwd()}/src/${file}.ts`])),
  define: { "process.env.NODE_ENV": '"production"' }, outfile: process.argv[3], logLevel: "error",
});
"""


def flags(port: int) -> tuple[str, ...]:
    """Return Chromium's flags that lead the addresses of the code to a port."""
    rules = (f"MAP localhost:{given} 127.0.0.1:{port}" for given in (5000, 8000))
    return (f"--host-resolver-rules={', '.join(rules)}",)


def write(folder: Path, name: str, parts: tuple[str, ...], token: str) -> None:
    """Bundle the parts into a page with a token, in the place that the code has for it."""
    bundle(folder, name, "\n".join((HERE / part).read_text() for part in parts), token)


def bundle(folder: Path, name: str, code: str, token: str) -> None:
    """Bundle code into a page with a token, in the place that the code has for it."""
    build_client.packages()
    code = code.replace("YOUR_JWT_TOKEN", token).replace("your-jwt-token", token)
    command = [
        str(build_client.NODE),
        *("-e", BUNDLE, code),
        *(str(HERE / "code"), str(folder / f"{name}.js")),
    ]
    subprocess.run(command, cwd=build_client.CLIENT, check=True)
    (folder / f"{name}.html").write_text(HTML.format(name=name))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and give its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
