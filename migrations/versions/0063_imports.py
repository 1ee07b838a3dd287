"""imports of large catalogues, which jobs run"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
UNFINISHED = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "product_imports",
        sa.Column("id", ID, nullable=False),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("requested_by", ID, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("result", JSONB()),
        sa.Column("problem", JSONB()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("due_at", TIME),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_imports")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["users.id"], name=op.f("fk_product_imports_partner_id_users")
        ),
    )
    op.create_index("ix_product_imports_partner_id", "product_imports", ["partner_id", "created_at", "id"])
    op.create_index("ix_product_imports_created_at", "product_imports", ["created_at"])
    op.create_index(
        "ix_product_imports_unfinished",
        "product_imports",
        ["partner_id"],
        unique=True,
        postgresql_where=UNFINISHED,
    )
    op.create_index("ix_product_imports_due", "product_imports", ["due_at"], postgresql_where=UNFINISHED)


def downgrade() -> None:
    op.drop_table("product_imports")
