"""Suppressions with separate reasons, which end in separate ways"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NEW_REASON = """
    CASE {row}.reason WHEN 'bounce' THEN 'permanent_bounce' WHEN 'invalid' THEN 'permanent_bounce'
        WHEN 'unsubscribe' THEN 'unsubscribed' ELSE {row}.reason END
"""
OLD_REASON = """
    CASE {row}.reason WHEN 'permanent_bounce' THEN 'bounce' WHEN 'unsubscribed' THEN 'unsubscribe' ELSE {row}.reason END
"""
COPY = f"""
    INSERT INTO address_suppressions (id, channel, address, reason, category, at, times)
    SELECT gen_random_uuid(), channel, address, {NEW_REASON.format(row="earlier")}, '', at, 1
    FROM suppressions AS earlier ON CONFLICT DO NOTHING
"""  # noqa: S608 - only constants
# The earlier release goes on writing to its table during the deployment.
FOLLOW = f"""
    CREATE FUNCTION copy_suppression() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF; -- written by copy_back
        IF TG_OP = 'DELETE' THEN
            UPDATE address_suppressions SET ended_at = now(), ended_by = 'start'
            WHERE channel = OLD.channel AND address = OLD.address AND reason = 'stop' AND ended_at IS NULL;
            RETURN NULL;
        END IF;
        INSERT INTO address_suppressions (id, channel, address, reason, category, at, times)
        VALUES (gen_random_uuid(), NEW.channel, NEW.address, {NEW_REASON.format(row="NEW")}, '', NEW.at, 1)
        ON CONFLICT (channel, address, reason, category) DO UPDATE
            SET at = excluded.at, ended_at = NULL, ended_by = NULL, until = NULL;
        RETURN NULL;
    END $$
"""  # noqa: S608 - only constants
# Processes of the earlier release, also after a return to it, must not send to addresses that this one suppressed. They
# know no categories and no end by itself.
COPY_BACK = f"""
    CREATE FUNCTION copy_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() > 1 OR NEW.reason = 'temporary_bounce' THEN RETURN NULL; END IF;
        IF NEW.ended_at IS NULL THEN
            INSERT INTO suppressions (channel, address, reason, at)
            VALUES (NEW.channel, NEW.address, {OLD_REASON.format(row="NEW")}, NEW.at) ON CONFLICT DO NOTHING;
        ELSIF NOT EXISTS (
            SELECT FROM address_suppressions WHERE channel = NEW.channel AND address = NEW.address
            AND ended_at IS NULL AND reason <> 'temporary_bounce'
        ) THEN
            DELETE FROM suppressions WHERE channel = NEW.channel AND address = NEW.address;
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608 - only constants
BACK = f"""
    INSERT INTO suppressions (channel, address, reason, at)
    SELECT DISTINCT ON (channel, address) channel, address, {OLD_REASON.format(row="ours")}, at
    FROM address_suppressions AS ours WHERE ended_at IS NULL AND reason <> 'temporary_bounce'
    ORDER BY channel, address, reason = 'stop', at
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - only constants


def upgrade() -> None:
    op.create_table(
        "address_suppressions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(300), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_suppressions")),
        sa.UniqueConstraint(
            "channel",
            "address",
            "reason",
            "category",
            name=op.f("uq_address_suppressions_channel_address_reason_category"),
        ),
    )
    op.create_index("ix_address_suppressions_at", "address_suppressions", ["at", "id"])
    op.execute(FOLLOW)
    op.execute(
        "CREATE TRIGGER copy_suppression AFTER INSERT OR UPDATE OR DELETE ON suppressions"
        " FOR EACH ROW EXECUTE FUNCTION copy_suppression()"
    )
    op.execute(COPY)
    op.execute(COPY_BACK)
    op.execute(
        "CREATE TRIGGER copy_back AFTER INSERT OR UPDATE ON address_suppressions"
        " FOR EACH ROW EXECUTE FUNCTION copy_back()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER copy_suppression ON suppressions")
    op.execute("DROP FUNCTION copy_suppression()")
    op.execute("DELETE FROM suppressions")  # all were copied; what has ended since must not come back
    op.execute(BACK)
    op.drop_table("address_suppressions")
    op.execute("DROP FUNCTION copy_back()")
