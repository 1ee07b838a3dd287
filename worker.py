"""The worker process: `python worker.py [queue]`. Never monkey-patched: RQ's timeouts and forks need real threads."""

import sys

from metaia.app import create_app
from metaia.work import run

if __name__ == "__main__":
    run(create_app(), sys.argv[1] if len(sys.argv) > 1 else "default")
