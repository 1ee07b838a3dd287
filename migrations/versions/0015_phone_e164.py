"""telephone numbers in E.164, of users, orders, suppressions and queued deliveries"""

import json

import sqlalchemy as sa
from alembic import op
from flask import current_app

from metaia.core.text import phones

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 1000
FIRST = "00000000-0000-0000-0000-000000000000"
# A process of the former release writes `phone` only: another number, or none after an erasure, takes E.164 with it.
TRIGGER = r"""
    CREATE OR REPLACE FUNCTION forget_phone_e164() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.phone_e164 := NULL;
        RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER forget_phone_e164 BEFORE UPDATE ON users FOR EACH ROW
    WHEN (NEW.phone IS DISTINCT FROM OLD.phone AND NEW.phone_e164 IS NOT DISTINCT FROM OLD.phone_e164
          AND right(regexp_replace(NEW.phone, '\D', '', 'g'), 6) IS DISTINCT FROM right(NEW.phone_e164, 6))
    EXECUTE FUNCTION forget_phone_e164();
"""
USERS = sa.text(
    "SELECT id, phone FROM users WHERE id > :after AND phone IS NOT NULL ORDER BY id LIMIT :limit"
)
SET_USERS = sa.text(
    "UPDATE users SET phone_e164 = new.e164 FROM jsonb_to_recordset(:rows) AS new (id uuid, phone text, e164 text)"
    " WHERE users.id = new.id AND users.phone = new.phone"
)
ORDERS = sa.text(
    "SELECT id, customer_info ->> 'phone' AS phone FROM orders"
    " WHERE id > :after AND customer_info ->> 'phone' IS NOT NULL ORDER BY id LIMIT :limit"
)
SET_ORDERS = sa.text(
    "UPDATE orders SET customer_info = customer_info || jsonb_build_object('phoneE164', new.e164),"
    " words = orders.words || array_to_tsvector(new.words)"
    " FROM jsonb_to_recordset(:rows) AS new (id uuid, phone text, e164 text, words text[])"
    " WHERE orders.id = new.id AND customer_info ->> 'phone' = new.phone"
)
ADDRESSES = sa.text("SELECT address, reason FROM suppressions WHERE channel = 'sms'")
QUEUED = sa.text("SELECT DISTINCT address FROM deliveries WHERE channel = 'sms' AND status = 'queued'")


def upgrade() -> None:
    op.alter_column(
        "users", "phone", type_=sa.String(64), existing_type=sa.String(32), existing_nullable=True
    )
    column = sa.Column("phone_e164", sa.String(16), nullable=True)
    op.add_column(
        "users", column, if_not_exists=True
    )  # committed before the updates, which may be interrupted
    op.execute(TRIGGER)
    with op.get_context().autocommit_block():  # each statement commits, so that row locks are short
        bind = op.get_bind()
        _canonicalise(bind, USERS, SET_USERS)
        _canonicalise(bind, ORDERS, SET_ORDERS)
        _suppressions(bind)
        _queued(bind)


def _region() -> str:
    return str(current_app.config.get("PHONE_REGION", "IN"))


def _canonicalise(bind: sa.Connection, select: sa.TextClause, update: sa.TextClause) -> None:
    after: object = FIRST
    while rows := bind.execute(select, {"after": after, "limit": BATCH}).all():
        after = rows[-1].id
        found = [(row, e164) for row in rows if (e164 := phones.canonical(row.phone, _region()))]
        new = [
            {"id": str(row.id), "phone": row.phone, "e164": e164, "words": phones.index_words(e164)}
            for row, e164 in found
        ]
        bind.execute(update, {"rows": json.dumps(new)})


def _suppressions(bind: sa.Connection) -> None:
    """Write the addresses in E.164.

    A vendor that called another form invalid has not tried the number. START lifts only "stop", so other reasons stay.
    """
    for row in bind.execute(ADDRESSES).all():
        e164 = phones.canonical(row.address, _region())
        if e164 is None or e164 == row.address:
            continue
        if row.reason != "invalid":
            values = {"old": row.address, "new": e164}
            bind.execute(
                sa.text(
                    "UPDATE suppressions SET address = :new WHERE channel = 'sms' AND address = :old AND NOT EXISTS"
                    " (SELECT FROM suppressions WHERE channel = 'sms' AND address = :new)"
                ),
                values,
            )
        bind.execute(
            sa.text("DELETE FROM suppressions WHERE channel = 'sms' AND address = :old"), {"old": row.address}
        )


def _queued(bind: sa.Connection) -> None:
    for (address,) in bind.execute(QUEUED).all():
        e164 = phones.canonical(address, _region())
        if e164 is not None and e164 != address:
            bind.execute(
                sa.text(
                    "UPDATE deliveries SET address = :new"
                    " WHERE channel = 'sms' AND status = 'queued' AND address = :old"
                ),
                {"old": address, "new": e164},
            )


def downgrade() -> None:
    op.execute("DROP TRIGGER forget_phone_e164 ON users")
    op.execute("DROP FUNCTION forget_phone_e164")
    op.execute("UPDATE users SET phone = coalesce(phone_e164, left(phone, 32)) WHERE length(phone) > 32")
    op.alter_column(
        "users", "phone", type_=sa.String(32), existing_type=sa.String(64), existing_nullable=True
    )
    op.drop_column("users", "phone_e164")
    op.execute(
        "UPDATE orders SET customer_info = customer_info - 'phoneE164' WHERE customer_info ? 'phoneE164'"
    )
