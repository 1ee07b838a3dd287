"""a function that finds rows by the index of their words, whatever the planner expects"""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

# With a limit and a wrong estimate the planner would read the whole table, so all plans but the index's are off.
FUNCTION = """
    CREATE OR REPLACE FUNCTION words_found(searched regclass, wanted tsquery, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS $$
    BEGIN
        RETURN QUERY EXECUTE format('SELECT id FROM %s WHERE words @@ $1 LIMIT $2', searched) USING wanted, most;
    END $$;
"""


def upgrade() -> None:
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute("DROP FUNCTION IF EXISTS words_found(regclass, tsquery, integer)")
