"""`python -m metaia.dev.mailbox --smtp-port N --stub-port M --page-port P --home DIR`: takes all that is sent.

Credentials are those in the environment: the vendors check what the service was given. Messages are kept in
DIR/messages, the newest 500 of them.
"""

import argparse
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from aiosmtpd.controller import Controller
from werkzeug.serving import make_server

from metaia.dev.mailbox.page import create_page
from metaia.dev.mailbox.store import Shelf
from metaia.dev.stubs.server import Stub

BIGGEST = 10 * 1024 * 1024


class Mailbox:
    """aiosmtpd's handler."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep the message."""
        self._shelf.add_mail(envelope.content, envelope.mail_from, envelope.rcpt_tos)
        return "250 kept"


def main() -> int:
    """Take and show messages until a signal."""
    parser = argparse.ArgumentParser(prog="python -m metaia.dev.mailbox")
    for name in ("--smtp-port", "--stub-port", "--page-port"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    os.umask(0o077)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    shelf = Shelf(options.home / "messages")
    smtp = Controller(Mailbox(shelf), hostname="127.0.0.1", port=options.smtp_port, data_size_limit=BIGGEST)
    page = make_server("127.0.0.1", options.page_port, create_page(shelf), threaded=True)
    signal.signal(signal.SIGTERM, _stop)
    smtp.start()
    with Stub(os.environ, shelf.add, options.stub_port) as stub, contextlib.suppress(KeyboardInterrupt):
        stub.tells = ("sent", "delivered")
        page.serve_forever()
    page.server_close()
    smtp.stop()
    return 0


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
