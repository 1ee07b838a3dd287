"""The operator: who may run commands at the machine. They have a super admin's rights, and the same rules."""

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


def operator() -> Actor:
    """Return who runs this command; the audit log has their login at the machine."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        login = "unknown"
    return Actor(f"operator-{login}"[:64], SUPER_ADMIN, session_id="", expires=math.inf)


def in_one_line(command: Command) -> Command:
    """Give a command the application's context, and let its errors be one line and exit code 1."""

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
    """Return what is wrong with which field, if that is what `details` says."""
    lists = [(name, told) for name, told in details.items() if isinstance(told, list)]
    return "".join(f" {name}: {' '.join(map(str, told))}" for name, told in lists)
