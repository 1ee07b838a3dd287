"""couriers: shifts and fleets; of orders: deliveries that couriers claim, slots of couriers, and proof of delivery"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
BATCH = 5_000
ACTIVE = "status IN ('pending', 'accepted', 'preparing', 'ready', 'out_for_delivery')"
OFFERED = (
    "courier_id IS NULL AND courier_wanted_at IS NOT NULL AND status IN ('accepted', 'preparing', 'ready')"
)
# Releases before this one assign couriers without slots; so do statements that know nothing of them.
TRIGGER = """
    CREATE OR REPLACE FUNCTION free_courier_slot(courier uuid, this uuid, wanted int) RETURNS int
        LANGUAGE plpgsql VOLATILE AS $$ DECLARE slot int; BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('courier slots ' || courier, 0));
        SELECT min(number) INTO slot FROM generate_series(coalesce(wanted, 1), 1000) number WHERE NOT EXISTS (
            SELECT FROM orders WHERE courier_id = courier AND id <> this AND courier_slot = number
            AND status IN ('pending', 'accepted', 'preparing', 'ready', 'out_for_delivery')
        );
        RETURN slot;
    END $$;
    CREATE OR REPLACE FUNCTION take_courier_slot() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.courier_slot := CASE WHEN NEW.courier_id IS NOT NULL
            THEN free_courier_slot(NEW.courier_id, NEW.id, NEW.courier_slot) END;
        RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER take_courier_slot_first BEFORE INSERT ON orders FOR EACH ROW
        WHEN (NEW.courier_id IS NOT NULL) EXECUTE FUNCTION take_courier_slot();
    CREATE OR REPLACE TRIGGER take_courier_slot BEFORE UPDATE OF courier_id ON orders FOR EACH ROW
        WHEN (NEW.courier_id IS DISTINCT FROM OLD.courier_id) EXECUTE FUNCTION take_courier_slot();
"""
LOG_DAYS = 8  # events of orders that ended before are not in the log any more
FILL_ENDED = f"""
    UPDATE orders SET courier_slot = 1, delivery_id = coalesce(delivery_id, gen_random_uuid()),
        contact_until = updated_at + interval '2 hours',
        contact_ended = updated_at < now() - interval '{LOG_DAYS} days'
    WHERE id IN (SELECT id FROM orders WHERE courier_id IS NOT NULL AND courier_slot IS NULL AND NOT ({ACTIVE})
        LIMIT {BATCH}) RETURNING id
"""  # noqa: S608 - constants
# One order a statement: the next one must see its slot.
FILL_ACTIVE = f"""
    UPDATE orders SET courier_slot = free_courier_slot(courier_id, id, NULL),
        delivery_id = coalesce(delivery_id, gen_random_uuid())
    WHERE id = (SELECT id FROM orders WHERE courier_id IS NOT NULL AND courier_slot IS NULL AND {ACTIVE} LIMIT 1)
    RETURNING id
"""  # noqa: S608 - constants
CHECKS = {
    "courier_slot": "courier_slot > 0",
    "courier_has_slot": "(courier_id IS NULL) = (courier_slot IS NULL)",
}
# (name, columns, options)
INDEXES = (
    ("uq_orders_delivery_id", ["delivery_id"], {"unique": True}),
    (
        "uq_orders_courier_slot",
        ["courier_id", "courier_slot"],
        {"unique": True, "postgresql_where": sa.text(ACTIVE)},
    ),
    ("ix_orders_courier_wanted_at", ["courier_wanted_at"], {"postgresql_where": sa.text(OFFERED)}),
    (
        "ix_orders_contact_until",
        ["contact_until"],
        {"postgresql_where": sa.text("contact_until IS NOT NULL AND NOT contact_ended")},
    ),
)
COLUMNS = (
    "delivery_id", "courier_wanted_at", "courier_slot", "contact_until", "contact_ended", "proof_needed", "proof",
    "code_version",
)  # fmt: skip


def upgrade() -> None:
    if not sa.inspect(op.get_bind()).has_table(
        "courier_shifts"
    ):  # there are, if this migration was interrupted
        _create_tables()
        _extend_orders()
    _fill_orders()


def _create_tables() -> None:
    op.create_table(
        "courier_shifts",
        sa.Column("courier_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("working", sa.Boolean, nullable=False),
        sa.Column("vehicle", sa.String(10), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("vehicle IN ('walk', 'bicycle', 'motorbike', 'car')", name="vehicle"),
    )
    op.create_index(
        "ix_courier_shifts_working", "courier_shifts", ["courier_id"], postgresql_where=sa.text("working")
    )
    op.create_table(
        "partner_couriers",
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("courier_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.CheckConstraint("state IN ('invited', 'active')", name="state"),
    )
    op.create_index("ix_partner_couriers_courier_id", "partner_couriers", ["courier_id"])
    op.create_table(
        "delivery_waves",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("wanted_at", TIME, primary_key=True),
        sa.Column("reach", sa.String(10), nullable=False),
        sa.Column("wave", sa.SmallInteger, nullable=False),
        sa.Column("next_at", TIME),
        sa.CheckConstraint("reach IN ('pool', 'own', 'chosen')", name="reach"),
    )
    op.create_index(
        "ix_delivery_waves_next_at",
        "delivery_waves",
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "delivery_offers",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("courier_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("wanted_at", TIME, primary_key=True),
        sa.Column("answer", sa.String(10)),
        sa.Column("offered_at", TIME, nullable=False),
        sa.Column("answered_at", TIME),
        sa.CheckConstraint("answer IN ('claimed', 'declined', 'released', 'missed')", name="answer"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )
    op.create_index("ix_delivery_offers_courier_id", "delivery_offers", ["courier_id", "order_id"])
    op.create_table(
        "order_code_tries",
        sa.Column("order_id", ID, primary_key=True),
        sa.Column("code_version", sa.SmallInteger, primary_key=True),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("tries BETWEEN 1 AND 5", name="tries"),
    )


def _extend_orders() -> None:
    op.add_column("orders", sa.Column("delivery_id", ID))
    op.add_column("orders", sa.Column("courier_wanted_at", TIME))
    op.add_column("orders", sa.Column("courier_slot", sa.SmallInteger))
    op.add_column("orders", sa.Column("contact_until", TIME))
    op.add_column("orders", sa.Column("proof_needed", JSONB(none_as_null=True)))
    op.add_column("orders", sa.Column("proof", JSONB(none_as_null=True)))
    op.add_column("orders", sa.Column("code_version", sa.SmallInteger, nullable=False, server_default="1"))
    op.add_column("orders", sa.Column("contact_ended", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(TRIGGER)
    for name, condition in CHECKS.items():
        op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_{name} CHECK ({condition}) NOT VALID")


def _fill_orders() -> None:
    with op.get_context().autocommit_block():  # each statement commits, so that row locks are short
        for statement in (FILL_ENDED, FILL_ACTIVE):
            while op.get_bind().execute(sa.text(statement)).first() is not None:
                pass
        for name in CHECKS:
            op.execute(f"ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_{name}")  # without blocking writers
        for name, columns, options in INDEXES:
            op.drop_index(name, table_name="orders", if_exists=True, postgresql_concurrently=True)
            op.create_index(name, "orders", columns, postgresql_concurrently=True, **options)


def downgrade() -> None:
    op.execute("DROP TRIGGER take_courier_slot ON orders; DROP TRIGGER take_courier_slot_first ON orders")
    op.execute("DROP FUNCTION take_courier_slot(); DROP FUNCTION free_courier_slot(uuid, uuid, int)")
    for name in COLUMNS:
        op.drop_column("orders", name)
    for name in (
        "order_code_tries",
        "delivery_offers",
        "delivery_waves",
        "partner_couriers",
        "courier_shifts",
    ):
        op.drop_table(name)
