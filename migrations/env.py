"""Alembic's environment: the application's engine and metadata."""

import re
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.dialects.postgresql.base import ischema_names

from metaia.core.db.geometry import TYPES

PARTITION = re.compile(
    r"(event_log|event_audience)_(\d{8}|rest)"
)  # the relay creates and drops these partitions


def include_name(name: str | None, kind: str, _: Any) -> bool:
    """Exclude the partitions of the event log from the comparison of models and database."""
    return not (kind == "table" and name and PARTITION.fullmatch(name))


def run() -> None:
    """Run the migrations, each in its own transaction."""
    extension = current_app.extensions["migrate"]
    direct = current_app.extensions.get("metaia.direct_engine", extension.db.engine)  # see core/db/direct.py
    engine = direct.execution_options(isolation_level="READ COMMITTED")
    ischema_names.update(TYPES)  # SQLAlchemy does not know them
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            include_name=include_name,
            transaction_per_migration=True,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
