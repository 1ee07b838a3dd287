"""The worker process: `python worker.py [queue]`. Never monkey-patched: RQ's timeouts and forks need real threads."""

import sys

from config import ConfigurationError
from metaia.app import create_app
from metaia.work import run

if __name__ == "__main__":
    try:
        app = create_app()
    except ConfigurationError as error:
        sys.exit(f"METAIA does not start: {error}")
    run(app, sys.argv[1] if len(sys.argv) > 1 else "default")
