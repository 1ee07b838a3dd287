"""The web process: `gunicorn -c gunicorn.conf.py wsgi:app`, also loaded by `flask …` commands."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402

gc.disable()  # until the application exists: nearly all that is made until then stays. Saves a seventh of the start.

import sys  # noqa: E402

from metaia.app import create_app  # noqa: E402
from metaia.core.redis import refuse_cluster  # noqa: E402
from metaia.realtime import runtime  # noqa: E402
from metaia.settings.environment import ConfigurationError  # noqa: E402

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"METAIA does not start: {error}")
gc.enable()


def serve() -> None:
    """Start to follow the log and to deliver events. gunicorn calls this in each worker; commands do not."""
    try:
        refuse_cluster(app.config["REDIS_URL"])
    except ConfigurationError as error:
        sys.exit(f"METAIA does not start: {error}")
    with app.app_context():
        runtime.current().start()
    # Objects that exist now live as long as the process, so the garbage collector can skip them; most later ones are
    # freed by reference counting. Measured: this saves a fifth of the CPU time of connecting.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
