"""Migrate and fill demo data before the service starts: `python -m gevent.monkey --module metaia.dev.prepare`.

A separate process, because `make run` must stay small and free of threads while it forks and supervises.
"""

import logging
import signal
import sys

from flask_migrate import upgrade
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from metaia.app import create_app
from metaia.dev.seed import fill as seed
from metaia.dev.settings import ROOT
from metaia.settings.environment import ConfigurationError


def main() -> int:
    """Run the migrations, and fill the demo data if they are missing. Return the exit code."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # so that rich restores the cursor of the terminal
    logging.disable(logging.INFO)  # Alembic logs every migration that is applied already
    try:
        app = create_app()
    except ConfigurationError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    if seed.needed(app):
        columns = (TextColumn("Filling demo data"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns) as progress:
            task = progress.add_task("", total=seed.STEPS)
            seed.fill(app, lambda: progress.advance(task))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
