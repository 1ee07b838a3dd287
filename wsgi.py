"""The web process: `gunicorn -c gunicorn.conf.py wsgi:app`, and what `flask …` commands load."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

from config import ConfigurationError  # noqa: E402
from metaia.app import create_app  # noqa: E402
from metaia.realtime import runtime  # noqa: E402

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"METAIA does not start: {error}")


def serve() -> None:
    """Begin to follow the log and to deliver; gunicorn calls this in each worker, commands do not."""
    with app.app_context():
        runtime.current().start()
