"""reviews with reports and requests, follows; triggers that keep the totals of ratings and followers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0055"
down_revision = "0053"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
LIVING = "status <> 'deleted'"
PUBLISHED = sa.text("status = 'published'")
CHECKS = {
    "source": "num_nonnulls(order_id, booking_id) = 1",
    "rating": "rating BETWEEN 1 AND 5",
    "subject": "CASE subject_type WHEN 'partner' THEN partner_id IS NOT NULL AND partner_id = subject_id"
    " WHEN 'product' THEN partner_id IS NOT NULL WHEN 'courier' THEN partner_id IS NULL ELSE false END",
    "own_shop": "(author_id <> subject_id) IS NOT FALSE AND (author_id <> partner_id) IS NOT FALSE",
    "status": "status IN ('published', 'hidden', 'deleted')",
    "deleted": "status <> 'deleted' OR num_nonnulls(text, reply) = 0",
    "reply": "reply IS NULL OR replied_at IS NOT NULL",
    "reports": "open_reports >= 0",
}
# (name, columns, options)
INDEXES = (
    (
        "uq_reviews_order_id",
        ["order_id", "subject_type", "subject_id"],
        {"unique": True, "postgresql_where": sa.text(f"order_id IS NOT NULL AND {LIVING}")},
    ),
    (
        "uq_reviews_booking_id",
        ["booking_id", "subject_type", "subject_id"],
        {"unique": True, "postgresql_where": sa.text(f"booking_id IS NOT NULL AND {LIVING}")},
    ),
    (
        "ix_reviews_subject",
        ["subject_type", "subject_id", "created_at", "id"],
        {"postgresql_where": PUBLISHED},
    ),
    (
        "ix_reviews_subject_rating",
        ["subject_type", "subject_id", "rating", "id"],
        {"postgresql_where": PUBLISHED},
    ),
    ("ix_reviews_author_id", ["author_id", "created_at", "id"], {}),
    ("ix_reviews_partner_id", ["partner_id", "created_at", "id"], {}),
    ("ix_reviews_created_at", ["created_at", "id"], {}),
    ("ix_reviews_rating", ["rating", "id"], {}),
    ("ix_reviews_reported", ["created_at", "id"], {"postgresql_where": sa.text("open_reports > 0")}),
)
# An order or booking never gets another customer, partner or status after its end, so no later change breaks this.
OF_CUSTOMER = """
CREATE FUNCTION review_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.order_id IS NOT NULL THEN
        PERFORM FROM orders o WHERE o.id = NEW.order_id AND o.customer_id = NEW.author_id
            AND o.status IN ('delivered', 'completed')
            AND (NEW.partner_id IS NULL OR o.partner_id = NEW.partner_id)
            AND CASE NEW.subject_type
                WHEN 'partner' THEN o.partner_id = NEW.subject_id
                WHEN 'courier' THEN o.courier_id = NEW.subject_id
                ELSE o.items @> jsonb_build_array(jsonb_build_object('productId', NEW.subject_id)) END;
    ELSE
        PERFORM FROM bookings b WHERE b.id = NEW.booking_id AND b.customer_id = NEW.author_id
            AND b.status = 'completed' AND NEW.subject_type = 'partner' AND b.partner_id = NEW.subject_id;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only its customer reviews an order that has ended' USING ERRCODE = 'MA030';
    END IF;
    RETURN NEW;
END $$
"""
# Changes of the numbers of ratings: arrays of the same length, `changes` of 1 and -1. Totals are row-locked in the
# order of their keys, so that no two statements deadlock. A row that is not there is inserted first, because a CHECK
# looks at the values of INSERT before ON CONFLICT does.
COUNT = """
CREATE FUNCTION count_ratings(types text[], ids uuid[], stars int[], changes int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF types IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO rating_totals (subject_type, subject_id)
        SELECT DISTINCT g.t, g.i FROM unnest(types, ids) AS g (t, i) ORDER BY g.t, g.i ON CONFLICT DO NOTHING;
    PERFORM 1 FROM rating_totals
        WHERE (subject_type, subject_id) IN (SELECT g.t, g.i FROM unnest(types, ids) AS g (t, i))
        ORDER BY subject_type, subject_id FOR NO KEY UPDATE;
    UPDATE rating_totals r SET counts = ARRAY[
            r.counts[1] + d.a, r.counts[2] + d.b, r.counts[3] + d.c, r.counts[4] + d.d, r.counts[5] + d.e]
        FROM (
            SELECT g.t, g.i, coalesce(sum(g.n) FILTER (WHERE g.s = 1), 0)::int AS a,
                coalesce(sum(g.n) FILTER (WHERE g.s = 2), 0)::int AS b,
                coalesce(sum(g.n) FILTER (WHERE g.s = 3), 0)::int AS c,
                coalesce(sum(g.n) FILTER (WHERE g.s = 4), 0)::int AS d,
                coalesce(sum(g.n) FILTER (WHERE g.s = 5), 0)::int AS e
            FROM unnest(types, ids, stars, changes) AS g (t, i, s, n) GROUP BY g.t, g.i
        ) d WHERE r.subject_type = d.t AND r.subject_id = d.i;
END $$
"""
# A changed row counts twice: the old one less, the new one more.
RATINGS = """
CREATE FUNCTION review_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM count_ratings(array_agg(subject_type::text), array_agg(subject_id), array_agg(rating::int),
            array_agg(1)) FROM new_rows WHERE status = 'published';
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM count_ratings(array_agg(subject_type::text), array_agg(subject_id), array_agg(rating::int),
            array_agg(-1)) FROM old_rows WHERE status = 'published';
    ELSE
        PERFORM count_ratings(array_agg(c.t), array_agg(c.i), array_agg(c.s), array_agg(c.n)) FROM (
            SELECT o.subject_type::text AS t, o.subject_id AS i, o.rating::int AS s, -1 AS n FROM old_rows o
                JOIN new_rows n USING (id) WHERE o.status = 'published'
                AND (n.status, n.rating, n.subject_id) IS DISTINCT FROM (o.status, o.rating, o.subject_id)
            UNION ALL SELECT n.subject_type::text, n.subject_id, n.rating::int, 1 FROM old_rows o
                JOIN new_rows n USING (id) WHERE n.status = 'published'
                AND (n.status, n.rating, n.subject_id) IS DISTINCT FROM (o.status, o.rating, o.subject_id)
        ) c;
    END IF;
    RETURN NULL;
END $$
"""
# Counted are inserted and deleted rows: ON CONFLICT DO NOTHING gives the trigger no row.
FOLLOWERS = """
CREATE FUNCTION count_followers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    partners uuid[];
    sign int := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    SELECT array_agg(partner_id) INTO partners FROM changed_rows;
    IF partners IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO follower_totals (partner_id) SELECT DISTINCT g.i FROM unnest(partners) AS g (i) ORDER BY g.i
        ON CONFLICT DO NOTHING;
    PERFORM 1 FROM follower_totals WHERE partner_id = ANY (partners) ORDER BY partner_id FOR NO KEY UPDATE;
    UPDATE follower_totals f SET followers = f.followers + sign * c.number
        FROM (SELECT g.i, count(*)::int AS number FROM unnest(partners) AS g (i) GROUP BY g.i) c
        WHERE f.partner_id = c.i;
    RETURN NULL;
END $$
"""
TRIGGERS = """
    CREATE TRIGGER review_of_customer BEFORE INSERT OR UPDATE OF order_id, booking_id, author_id, partner_id,
        subject_type, subject_id ON reviews
        FOR EACH ROW WHEN (NEW.author_id IS NOT NULL) EXECUTE FUNCTION review_of_customer();
    CREATE TRIGGER review_totals_of_new AFTER INSERT ON reviews
        REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION review_totals();
    CREATE TRIGGER review_totals_of_changed AFTER UPDATE ON reviews
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION review_totals();
    CREATE TRIGGER review_totals_of_deleted AFTER DELETE ON reviews
        REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION review_totals();
    CREATE TRIGGER count_new_followers AFTER INSERT ON follows
        REFERENCING NEW TABLE AS changed_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_followers();
    CREATE TRIGGER count_former_followers AFTER DELETE ON follows
        REFERENCING OLD TABLE AS changed_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_followers();
"""
FUNCTIONS = (
    "count_followers()",
    "review_totals()",
    "count_ratings(text[], uuid[], int[], int[])",
    "review_of_customer()",
)


def upgrade() -> None:
    _create_reviews()
    _create_follows()
    for statement in (OF_CUSTOMER, COUNT, RATINGS, FOLLOWERS, TRIGGERS):
        op.execute(statement)


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", ID, primary_key=True),
        sa.Column("order_id", ID, sa.ForeignKey("orders.id")),
        sa.Column("booking_id", ID, sa.ForeignKey("bookings.id")),
        sa.Column("author_id", ID, sa.ForeignKey("users.id")),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id")),
        sa.Column("subject_type", sa.String(8), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("rating", sa.SmallInteger, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("media_ids", JSONB, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("hide_reason", sa.Text),
        sa.Column("reply", sa.Text),
        sa.Column("replied_at", TIME),
        sa.Column("open_reports", sa.Integer, nullable=False),
        sa.Column("edited_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        *(sa.CheckConstraint(condition, name=name) for name, condition in CHECKS.items()),
    )
    for name, columns, options in INDEXES:
        op.create_index(name, "reviews", columns, **options)
    op.create_table(
        "review_reports",
        sa.Column("review_id", ID, sa.ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("reporter_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
    )
    op.create_index("ix_review_reports_reporter_id", "review_reports", ["reporter_id"])
    op.create_table(
        "review_requests",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("due_at", TIME, primary_key=True),
    )
    op.create_index("ix_review_requests_due_at", "review_requests", ["due_at"])


def _create_follows() -> None:
    op.create_table(
        "follows",
        sa.Column("follower_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("partner_id", ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("follower_id <> partner_id", name="another"),
    )
    op.create_index("ix_follows_partner_id", "follows", ["partner_id", "created_at", "follower_id"])
    op.create_index("ix_follows_follower_id", "follows", ["follower_id", "created_at", "partner_id"])


def downgrade() -> None:
    for table in ("follows", "review_requests", "review_reports", "reviews"):
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("UPDATE rating_totals SET counts = '{0,0,0,0,0}'")
    op.execute("UPDATE follower_totals SET followers = 0")
