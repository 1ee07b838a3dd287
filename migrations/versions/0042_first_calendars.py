"""calendars: each partner has one from the start"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

FIRST = """
INSERT INTO calendars (id, partner_id, name, time_zone, weekly, active, version, created_at, updated_at)
SELECT gen_random_uuid(), users.id, 'Main', users.time_zone, '{}', true, 1, now(), now()
FROM users
WHERE users.role IN ('tailor', 'vendor') AND NOT EXISTS (SELECT FROM calendars WHERE partner_id = users.id)
ORDER BY users.id
"""


def upgrade() -> None:
    op.execute(FIRST)


def downgrade() -> None:
    """The calendars stay: bookings may refer to them."""
