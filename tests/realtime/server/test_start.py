"""A configuration with which sockets could not work fails at start, and the error states why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from metaia.realtime.transport import install as transport
from tests.e2e.stack import Stack, ended

pytestmark = pytest.mark.e2e
REFUSED = {
    "TLS in this process": ("--certfile=x.pem --keyfile=x.key", "TLS ends in a proxy"),
    "a key alone": ("--keyfile=x.key", "TLS ends in a proxy"),
    "a worker without WebSockets": ("-k gevent", "metaia.realtime.server.worker.Worker, not gevent"),
    "a worker with threads": ("-k gthread", "metaia.realtime.server.worker.Worker, not gthread"),
}


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_options_with_which_sockets_do_not_work_stop_the_start(
    environment: dict[str, str], tmp_path: Path, options: str, reason: str
) -> None:
    assert_fails(Stack(environment, tmp_path), reason, GUNICORN_CMD_ARGS=options)


@pytest.mark.chaos
@pytest.mark.parametrize("package", transport.PACKAGES)
def test_another_version_of_what_the_transport_relies_on_stops_the_start(
    environment: dict[str, str], tmp_path: Path, package: str
) -> None:
    other = tmp_path / f"{package.replace('-', '_')}-99.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 99.1\n")
    assert_fails(Stack(environment, tmp_path), f"{package} 99.1 is not the tested", PYTHONPATH=str(tmp_path))


def assert_fails(own: Stack, reason: str, **more: str) -> None:
    try:
        process = own._start("web", "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app", **more)
        assert ended(process) != 0
    finally:
        own.close()
    assert reason in own.log("web")


def test_nothing_has_the_blocking_ssl_when_gevent_patches():
    code = "import metaia.realtime.server.worker; from gevent import monkey; monkey.patch_all()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-500:]
