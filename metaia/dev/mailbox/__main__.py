"""`python -m metaia.dev.mailbox --smtp-port N --stub-port M --page-port P --home DIR`: accept and show messages.

The stub vendors check the credentials of the environment, as the service got them. The newest 500 messages are
stored in DIR/messages.
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
from metaia.dev.mailbox.store import MessageStore
from metaia.dev.stubs.server import Stub

MAX_BYTES = 10 * 1024 * 1024  # of a mail


class Mailbox:
    """aiosmtpd's handler."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Store the mail. aiosmtpd calls it after DATA and sends the returned line to the client."""
        self._store.add_mail(envelope.content, envelope.mail_from, envelope.rcpt_tos)
        return "250 kept"


def main() -> int:
    """Accept and show messages until a signal. Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m metaia.dev.mailbox")
    for name in ("--smtp-port", "--stub-port", "--page-port"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    os.umask(0o077)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    store = MessageStore(options.home / "messages")
    smtp = Controller(Mailbox(store), hostname="127.0.0.1", port=options.smtp_port, data_size_limit=MAX_BYTES)
    page = make_server("127.0.0.1", options.page_port, create_page(store), threaded=True)
    signal.signal(signal.SIGTERM, _stop)
    smtp.start()
    with Stub(os.environ, store.add, options.stub_port) as stub, contextlib.suppress(KeyboardInterrupt):
        stub.receipts = ("sent", "delivered")
        page.serve_forever()
    page.server_close()
    smtp.stop()
    return 0


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
