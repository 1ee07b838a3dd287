"""The worker process: `python worker.py QUEUE`, `default` without one. Never monkey-patched: RQ needs real threads."""

import gc

gc.disable()  # until the application exists, as in wsgi.py

import sys  # noqa: E402

from metaia.app import create_app  # noqa: E402
from metaia.core.redis import refuse_cluster  # noqa: E402
from metaia.jobs.worker import QUEUES, run  # noqa: E402
from metaia.media import jobs as media_jobs  # noqa: E402
from metaia.media.processing import folders  # noqa: E402
from metaia.settings.environment import ConfigurationError  # noqa: E402

if __name__ == "__main__":
    try:
        app = create_app()
        refuse_cluster(app.config["REDIS_URL"])
    except ConfigurationError as error:
        sys.exit(f"METAIA does not start: {error}")
    gc.enable()
    queue = sys.argv[1] if len(sys.argv) > 1 else "default"
    if queue not in QUEUES:
        sys.exit(f"there is no queue {queue!r}, only {', '.join(QUEUES)}")
    if queue == media_jobs.QUEUE:
        folders.sweep(folders.root(app.config["METAIA_HOME"]))
    run(app, queue)
