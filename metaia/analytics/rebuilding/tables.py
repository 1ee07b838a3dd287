"""The tables of a rebuild: as the live ones, with a suffix. They take their place and their names at the end."""

from __future__ import annotations

from metaia.core import db
from metaia.extensions import Model

NEXT = "_next"
# A swap takes its locks in this order. Selects name tables in it, too: else both could wait for each other.
TABLES = (
    "fact_orders",
    "fact_money",
    "fact_actions",
    "rollup_orders",
    "rollup_money",
    "activity_days",
    "cohorts",
)


def create() -> None:
    """Create the tables of a rebuild, empty; those of one that was interrupted are dropped."""
    for name in TABLES:
        db.ddl(f"DROP TABLE IF EXISTS {name}{NEXT}")
        db.ddl(f"CREATE TABLE {name}{NEXT} (LIKE {name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        for index, columns in _indexes(name).items():
            db.ddl(f"CREATE UNIQUE INDEX {index}{NEXT} ON {name}{NEXT} ({columns})" if index == f"pk_{name}" else
                   f"CREATE INDEX {index}{NEXT} ON {name}{NEXT} ({columns})")  # fmt: skip


def swap() -> None:
    """Let the tables of a rebuild take the place of the live ones, in the running transaction."""
    db.ddl(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
    for name in TABLES:
        db.ddl(f"DROP TABLE {name}")
        db.ddl(f"ALTER TABLE {name}{NEXT} RENAME TO {name}")
        for index in _indexes(name):
            db.ddl(f"ALTER INDEX {index}{NEXT} RENAME TO {index}")
        db.ddl(f"ALTER TABLE {name} ADD CONSTRAINT pk_{name} PRIMARY KEY USING INDEX pk_{name}")
        db.ddl(f"ANALYZE {name}")


def _indexes(name: str) -> dict[str, str]:
    """Return the columns of the indexes of a table by their names; the primary key is the first."""
    table = Model.metadata.tables[name]
    found = {f"pk_{name}": ", ".join(column.name for column in table.primary_key.columns)}
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        found[str(index.name)] = ", ".join(column.name for column in index.columns)
    return found
