"""posts of partners; campaigns of domains have a type of notification and data of their own"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("type", sa.String(40), server_default="campaign", nullable=False))
    op.add_column("campaigns", sa.Column("data", JSONB(), server_default="{}", nullable=False))
    op.create_index("ix_campaigns_created_by", "campaigns", ["created_by", "type", "created_at"])
    op.create_table(
        "partner_posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("product_id", ID),
        sa.Column("media_ids", JSONB(), nullable=False),
        sa.Column("campaign_id", ID),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_posts")),
        sa.ForeignKeyConstraint(["partner_id"], ["users.id"], name=op.f("fk_partner_posts_partner_id_users")),
        sa.ForeignKeyConstraint(
            ["partner_id", "product_id"],
            ["products.partner_id", "products.id"],
            name=op.f("fk_partner_posts_partner_id_product_id_products"),
        ),
    )
    op.create_index("ix_partner_posts_partner_id", "partner_posts", ["partner_id", "created_at", "id"])


def downgrade() -> None:
    op.drop_table("partner_posts")
    # The notifications of posts have a type that the release before does not know.
    op.execute("UPDATE campaigns SET status = 'cancelled', next_at = NULL WHERE type <> 'campaign'")
    op.drop_index("ix_campaigns_created_by", table_name="campaigns")
    op.drop_column("campaigns", "data")
    op.drop_column("campaigns", "type")
