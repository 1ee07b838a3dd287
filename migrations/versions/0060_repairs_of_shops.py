"""indexes of sorted products and of old rounds of deliveries; orders that old processes end get `contact_until`;
city and postal code of kept addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

BATCH = 5_000
PLACES = {"city": 120, "postal_code": 16}
ACTIVE = sa.text("active")
# (name, table, columns, options)
INDEXES = (
    ("ix_products_name", "products", ["name", "id"], {"postgresql_where": ACTIVE}),
    ("ix_products_lowest_price", "products", ["price", "id"], {"postgresql_where": ACTIVE}),
    ("ix_products_position", "products", ["position", "id"], {"postgresql_where": ACTIVE}),
    ("ix_delivery_waves_wanted_at", "delivery_waves", ["wanted_at"], {}),
    ("ix_delivery_offers_wanted_at", "delivery_offers", ["wanted_at"], {}),
)
UNENDED = (
    "courier_id IS NOT NULL AND contact_until IS NULL"
    " AND status NOT IN ('pending', 'accepted', 'preparing', 'ready', 'out_for_delivery')"
)
# Releases before 0057 end orders without it; their processes run on during a rolling deploy.
TRIGGER = """
    CREATE OR REPLACE FUNCTION end_contact_of_courier() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.contact_until := now() + interval '2 hours';
        RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER end_contact_of_courier BEFORE UPDATE OF status ON orders FOR EACH ROW
        WHEN (NEW.courier_id IS NOT NULL AND NEW.contact_until IS NULL
            AND NEW.status NOT IN ('pending', 'accepted', 'preparing', 'ready', 'out_for_delivery'))
        EXECUTE FUNCTION end_contact_of_courier();
"""
FILL = f"""
    UPDATE orders SET contact_until = updated_at + interval '2 hours'
    WHERE id IN (SELECT id FROM orders WHERE {UNENDED} LIMIT {BATCH}) RETURNING id
"""  # noqa: S608 - constants


def upgrade() -> None:
    for name, length in PLACES.items():
        op.execute(
            f"ALTER TABLE addresses ADD COLUMN IF NOT EXISTS {name} varchar({length})"
        )  # also if interrupted
    op.execute(TRIGGER)
    with op.get_context().autocommit_block():  # each statement commits, so that locks are short
        while op.get_bind().execute(sa.text(FILL)).first() is not None:
            pass
        for name, table, columns, options in INDEXES:
            # one that was interrupted is there, and invalid
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
            op.create_index(name, table, columns, postgresql_concurrently=True, **options)


def downgrade() -> None:
    for name in PLACES:
        op.drop_column("addresses", name)
    op.execute("DROP TRIGGER end_contact_of_courier ON orders; DROP FUNCTION end_contact_of_courier()")
    with op.get_context().autocommit_block():
        for name, table, _, _ in INDEXES:
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
