"""accounts: sessions, email tokens, second factors, and the audit log"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ONLY_SEALING = """
    CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.number IS NULL AND NEW.hash IS NULL THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND NEW.number IS NOT NULL AND NEW.hash IS NOT NULL
            AND to_jsonb(OLD) - 'number' - 'hash' = to_jsonb(NEW) - 'number' - 'hash' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the audit log is append-only';
    END $$;
    CREATE TRIGGER append_only BEFORE INSERT OR UPDATE OR DELETE ON audit_log
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_log();
    CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log();
"""


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=True),
        sa.Column("actor_role", sa.String(length=16), nullable=True),
        sa.Column("impersonator_id", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_log_number")),
    )
    op.create_index("ix_audit_log_actor_id", "audit_log", ["actor_id", "id"], unique=False)
    op.create_index("ix_audit_log_at", "audit_log", ["at", "id"], unique=False)
    op.create_index("ix_audit_log_subject", "audit_log", ["subject", "id"], unique=False)
    op.create_index(
        "ix_audit_log_unsealed", "audit_log", ["id"], unique=False, postgresql_where="number IS NULL"
    )
    op.execute(ONLY_SEALING)
    op.create_table(
        "login_delays",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Double(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_delays")),
    )
    op.create_index(op.f("ix_login_delays_failed_at"), "login_delays", ["failed_at"], unique=False)
    op.create_table(
        "proofs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_proofs_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_expires_at"), "proofs", ["expires_at"], unique=False)
    op.create_index("ix_proofs_user_id", "proofs", ["user_id", "purpose"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.add_column("deliveries", sa.Column("address", sa.String(length=500), nullable=True))
    op.add_column(
        "notifications", sa.Column("shown", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], postgresql_where="read_at IS NULL AND shown"
    )
    op.execute("DELETE FROM deliveries WHERE channel = 'in_app'")  # the notification itself is the delivery
    op.add_column("sessions", sa.Column("impersonator_id", sa.String(length=36), nullable=True))
    op.create_index("ix_sessions_open", "sessions", ["used_at"], postgresql_where="ended_at IS NULL")
    op.create_index(
        "ix_sessions_impersonator_id",
        "sessions",
        ["impersonator_id"],
        postgresql_where="impersonator_id IS NOT NULL",
    )
    op.create_index("ix_users_created_at", "users", ["created_at", "id"])
    op.add_column("users", sa.Column("inactive_because", sa.String(length=20), nullable=True))
    op.add_column("users", sa.Column("avatar", sa.String(length=500), nullable=True))
    op.add_column("users", sa.Column("locale", sa.String(length=20), server_default="en", nullable=False))
    op.add_column("users", sa.Column("time_zone", sa.String(length=64), server_default="UTC", nullable=False))
    op.add_column("users", sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index(
        "ix_users_deleted", "users", ["id"], unique=False, postgresql_where="inactive_because = 'deleted'"
    )


def downgrade() -> None:
    op.drop_index("ix_users_deleted", table_name="users")
    op.drop_column("users", "version")
    op.drop_column("users", "email_verified_at")
    op.drop_column("users", "time_zone")
    op.drop_column("users", "locale")
    op.drop_column("users", "avatar")
    op.drop_column("users", "inactive_because")
    op.drop_index("ix_users_created_at", table_name="users")
    op.drop_index("ix_sessions_impersonator_id", table_name="sessions")
    op.drop_index("ix_sessions_open", table_name="sessions")
    op.drop_column("sessions", "impersonator_id")
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], postgresql_where="read_at IS NULL"
    )
    op.drop_column("notifications", "shown")
    op.drop_column("deliveries", "address")
    op.drop_table("second_factors")
    op.drop_table("recovery_codes")
    op.drop_index("ix_proofs_user_id", table_name="proofs")
    op.drop_index(op.f("ix_proofs_expires_at"), table_name="proofs")
    op.drop_table("proofs")
    op.drop_index(op.f("ix_login_delays_failed_at"), table_name="login_delays")
    op.drop_table("login_delays")
    op.drop_index("ix_audit_log_unsealed", table_name="audit_log", postgresql_where="number IS NULL")
    op.drop_index("ix_audit_log_subject", table_name="audit_log")
    op.drop_index("ix_audit_log_at", table_name="audit_log")
    op.drop_index("ix_audit_log_actor_id", table_name="audit_log")
    op.drop_table("audit_log")
    op.execute("DROP FUNCTION refuse_change_of_audit_log")
