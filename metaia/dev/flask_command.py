"""`make flask ARGS="users list"`: a command on the data of `make run`, whether that is running or not."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from metaia.dev import running, services
from metaia.dev import settings as dev_settings
from metaia.dev.process_registry import ServiceError, exclusive
from metaia.dev.run import prepare_data


def main(arguments: list[str]) -> int:
    """Run `flask` with these arguments. Return its exit code, or 1 after printing what is missing."""
    try:
        environment = dev_settings.read_environment()
        home = dev_settings.open_home(environment)
        dev_settings.add_secrets(home, environment)
        with contextlib.ExitStack() as stack:
            if not _is_running(stack, home):
                services.add(stack, home, environment)
                if arguments[:1] != ["db"]:
                    prepare_data(environment)
            elif not (recorded := running.settings_of(home)):
                raise ServiceError(f"another program is starting on {home}; try again in a moment")
            else:
                environment |= recorded
            command = [sys.executable, "-m", "flask", *arguments]
            return subprocess.run(command, env=environment, cwd=dev_settings.ROOT, check=False).returncode
    except ServiceError as error:
        print(f"make flask: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _is_running(stack: contextlib.ExitStack, home: Path) -> bool:
    """Return whether `make run` runs on `home`; if not, keep it from starting until the end of `stack`."""
    try:
        stack.enter_context(exclusive(home / "run.lock"))
    except ServiceError:
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
