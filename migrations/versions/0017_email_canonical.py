"""e-mail addresses of internationalised domains in their canonical form"""

import sqlalchemy as sa
from alembic import op

from metaia.core.text import emails

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Other addresses are canonical already: they were stored in lower case.
WRITTEN_OTHERWISE = "({0} ~ '[^[:ascii:]]' OR {0} LIKE '%xn--%')"
# An account stays as it is if another one has the same mailbox: it is still found by the address as it was typed.
UPDATES = {
    "users": ("email", "TRUE", "NOT EXISTS (SELECT FROM users AS other WHERE other.email = :new)"),
    "notifications": ("email", "planned_at IS NULL", "TRUE"),
    "deliveries": ("address", "channel = 'email' AND status = 'queued'", "TRUE"),
    "address_suppressions": (
        "address",
        "channel = 'email'",
        """NOT EXISTS (SELECT FROM address_suppressions AS other WHERE other.channel = 'email' AND other.address = :new
               AND other.reason = address_suppressions.reason AND other.category = address_suppressions.category)""",
    ),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():  # each statement commits, so that row locks are short
        for table in UPDATES:
            _canonicalise(op.get_bind(), table)


def _canonicalise(bind: sa.Connection, table: str) -> None:
    column, condition, free = UPDATES[table]
    written_otherwise = f"{condition} AND {WRITTEN_OTHERWISE.format(column)}"
    select = f"SELECT DISTINCT {column} FROM {table} WHERE {written_otherwise}"  # noqa: S608 - only constants
    change = f"UPDATE {table} SET {column} = :new WHERE {column} = :old AND {condition} AND {free}"  # noqa: S608
    for (old,) in bind.execute(sa.text(select)).all():
        new = emails.comparable(old)
        if new != old:
            bind.execute(sa.text(change), {"old": old, "new": new})


def downgrade() -> None:
    pass  # the former release reads the canonical form too
