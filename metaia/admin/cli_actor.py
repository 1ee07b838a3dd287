"""The actor of commands: an operator with a shell has the rights of a super admin, under the same rules."""

from __future__ import annotations

import getpass
import math
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from marshmallow import ValidationError

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.errors import Problem, flatten

Command = TypeVar("Command", bound=Callable[..., Any])


def cli_actor() -> Actor:
    """Return the actor of the running command. Its id, `operator-` and the login name, appears in the audit log."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):  # the user of a container may have no name
        login = "unknown"
    return Actor(f"operator-{login}"[:64], SUPER_ADMIN, session_id="", expires=math.inf)


def with_one_line_errors(command: Command) -> Command:
    """Run a command in the application's context; its errors become one line on stderr and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Problem as problem:
            raise click.ClickException(f"{problem.message}{_details(problem.details)}") from None
        except ValidationError as error:
            raise click.ClickException(f"This is not valid.{_details(flatten(error.messages))}") from None
        except db.UNAVAILABLE as error:
            raise click.ClickException(f"PostgreSQL: {db.describe(error)}") from None

    return with_appcontext(run)  # type: ignore[return-value]


def _details(details: dict[str, Any]) -> str:
    """Return the messages in `details` that are lists, each after the name of its field."""
    lists = [(name, messages) for name, messages in details.items() if isinstance(messages, list)]
    return "".join(f" {name}: {' '.join(map(str, messages))}" for name, messages in lists)
