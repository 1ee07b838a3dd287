"""A mailbox for development: takes every e-mail and sends none.

`python -m metaia.dev.mail --smtp-port N --http-port M --home DIR` keeps messages as .eml files in DIR/mail, the
newest 500 of them, and shows them on a page.
"""

import argparse
import contextlib
import itertools
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from aiosmtpd.controller import Controller
from werkzeug.serving import make_server

from metaia.dev.mail_page import create_page

KEEP = 500
BIGGEST = 10 * 1024 * 1024


class Mailbox:
    """aiosmtpd's handler: one file per message, named so that names sort by time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep the message as it came, with the addresses of the envelope in front."""
        to = ", ".join(envelope.rcpt_tos)
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {to}\r\n"
        name = f"{time.time_ns():020d}-{next(self._numbers) % 10_000:04d}"
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(head.encode("utf-8", "replace") + envelope.content)
        unfinished.rename(self._folder / f"{name}.eml")
        for old in sorted(self._folder.glob("*.eml"))[:-KEEP]:
            old.unlink(missing_ok=True)
        return "250 kept"


def main() -> int:
    """Take mail and show it until a signal."""
    parser = argparse.ArgumentParser(prog="python -m metaia.dev.mail")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    os.umask(0o077)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    mailbox = Mailbox(options.home / "mail")
    smtp = Controller(mailbox, hostname="127.0.0.1", port=options.smtp_port, data_size_limit=BIGGEST)
    page = make_server("127.0.0.1", options.http_port, create_page(options.home / "mail"), threaded=True)
    signal.signal(signal.SIGTERM, _stop)
    smtp.start()
    with contextlib.suppress(KeyboardInterrupt):
        page.serve_forever()
    page.server_close()
    smtp.stop()
    return 0


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
