"""The web process: `gunicorn -c gunicorn.conf.py wsgi:app`, and what `flask …` commands load."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import sys  # noqa: E402

from metaia.app import create_app  # noqa: E402
from metaia.realtime import runtime  # noqa: E402
from metaia.settings.environment import ConfigurationError  # noqa: E402

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"METAIA does not start: {error}")


def serve() -> None:
    """Begin to follow the log and to deliver; gunicorn calls this in each worker, commands do not."""
    with app.app_context():
        runtime.current().start()
    # What exists now lives as long as the process: the garbage collector need not look at it again, and what lives
    # shorter mostly goes without it. Measured: a fifth of the CPU of connecting.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
