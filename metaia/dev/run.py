"""`make run`: start METAIA and all services that it needs on this machine, until Ctrl-C."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from honcho.environ import parse_procfile

from metaia.dev import banner, reload, running, services
from metaia.dev import settings as dev_settings
from metaia.dev.process_registry import ServiceError, exclusive
from metaia.dev.processes import STOPPING, end_recorded, supervise
from metaia.dev.stub_processes import add_stub_processes
from metaia.jobs.worker import QUEUES

MAX_WORKERS = 16  # per queue


def main() -> int:
    """Start, serve, stop. Return 0 after a signal; else print the reason in one line and return another code."""
    for number in STOPPING:
        signal.signal(number, _interrupt)
    try:
        environment = dev_settings.read_environment()
        home = dev_settings.open_home(environment)
        with exclusive(home / "run.lock"):
            return _serve(home, environment)
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # the reader of the output has closed it, as in `make run | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ServiceError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    finally:
        _ignore_signals()


def _serve(home: Path, environment: dict[str, str]) -> int:
    record = home / "processes.json"
    end_recorded(record)
    port = dev_settings.check_port(environment["PORT"], environment["HOST"])
    dev_settings.add_secrets(home, environment)
    commands = dict(parse_procfile((dev_settings.ROOT / "Procfile").read_text()).processes)
    commands.pop("release")  # done by prepare_data
    _add_workers(environment, commands)
    if reload.is_wanted(environment):
        commands = reload.wrapped(commands)
    add_stub_processes(environment, commands)
    with contextlib.ExitStack() as stack:
        services.add(stack, home, environment)
        prepare_data(environment)
        stack.enter_context(running.recorded(home, environment))
        watch = banner.Watch(port, environment)
        code, ended = supervise(commands, environment, dev_settings.ROOT, record, watch.start)
        if watch.lost or ended:
            name = watch.lost or str(ended).partition(".")[0]
            print(f"make run: {name} ended by itself, so everything is stopped", file=sys.stderr)
            return code or 1
        print("Stopped.", flush=True)
    return 0


def _add_workers(environment: dict[str, str], commands: dict[str, str]) -> None:
    """Add commands for WORKERS workers per queue; the Procfile has one. Raises ServiceError for a wrong number."""
    text = environment.get("WORKERS") or "1"
    if not text.isdecimal() or not 0 < int(text) <= MAX_WORKERS:
        raise ServiceError(f"WORKERS={text} is not a number from 1 to {MAX_WORKERS}")
    for queue in QUEUES:
        commands |= {f"{queue}{number}": commands[queue] for number in range(2, int(text) + 1)}


def prepare_data(environment: dict[str, str]) -> None:
    """Migrate, and fill the demo data if there are none. Raises ServiceError."""
    command = [sys.executable, "-m", "gevent.monkey", "--module", "metaia.dev.prepare"]
    # In its own session: a Ctrl-C during its imports would print a traceback.
    with subprocess.Popen(command, env=environment, cwd=dev_settings.ROOT, start_new_session=True) as process:
        try:
            failed = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            raise
    if failed:
        raise ServiceError("tables and demo data could not be prepared; the reason is above")


def _interrupt(*_: object) -> NoReturn:
    """Raise KeyboardInterrupt, and ignore further signals: a second Ctrl-C must not interrupt the stop."""
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
