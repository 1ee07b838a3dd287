"""The web process: `gunicorn -c gunicorn.conf.py wsgi:app`, and what `flask …` commands load."""

from gevent import monkey

monkey.patch_all()

from metaia.app import create_app  # noqa: E402
from metaia.realtime import runtime  # noqa: E402

app = create_app()


def serve() -> None:
    """Begin to follow the log and to deliver; gunicorn calls this in each worker, commands do not."""
    with app.app_context():
        runtime.current().start()
