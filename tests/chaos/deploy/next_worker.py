"""The worker of release N+1: `RELEASE=next python -m tests.chaos.deploy.next_worker`."""

from metaia.app import create_app
from metaia.jobs.worker import run
from tests.chaos.deploy import next_release

if __name__ == "__main__":
    worker = create_app()
    next_release.register(worker)
    run(worker, "default")
