"""the ledger: accounts, postings, holds and balances, with the triggers that keep them; runs of the auditor"""

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False)
TIME = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
TABLES = ("kinds", "accounts", "balances", "tails", "postings", "entries", "holds", "hold_ends", "audits")
FUNCTIONS = (
    "ledger_room(uuid)", "ledger_book()", "ledger_hold()", "ledger_lock_held()", "ledger_release()",
    "ledger_append_only()", "ledger_now()", "ledger_fold(uuid, bigint)",
)  # fmt: skip
KINDS = """
    INSERT INTO ledger_kinds (kind, normal, takes) VALUES
        ('gateway', 1, 0), ('bank', 1, 0), ('disputed', 1, 0), ('fees', 1, 0), ('losses', 1, 0),
        ('conversion', 1, 0), ('cash', 1, -1), ('credit', 1, 1), ('due', -1, -1), ('partner', -1, 0),
        ('refunding', -1, 0), ('paying', -1, 0), ('commission', -1, 0), ('sales', -1, 0), ('suspense', -1, 0)
"""
NAMESPACE = UUID("6b1ee0f5-6f0f-5d0b-8f6e-5d0f6f1b0c1e")  # of metaia/ledger/chart.py
HOUSE = ("bank", "losses", "conversion", "commission", "sales", "suspense")

# The room that is left on an account. Its balance must be row-locked.
ROOM = """
CREATE FUNCTION ledger_room(account uuid) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN k.takes > 0 THEN coalesce(b.ceiling, 0) - b.posted - t.sum ELSE b.posted + t.sum END - b.held
    FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id JOIN ledger_kinds k ON k.kind = a.kind,
        LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM ledger_tails WHERE account_id = b.account_id) t
    WHERE b.account_id = account
$$
"""
# An entry that takes room or ends a hold locks the balance of its account; all others only append to the tail.
# Balances are row-locked in the order of their ids, so that no two statements deadlock.
BOOK = """
CREATE FUNCTION ledger_book() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r record;
    ended bigint;
BEGIN
    -- As many lines as the posting has, numbered from 1: the primary key then refuses any later entry.
    SELECT n.posting_id, n.off INTO r FROM (
            SELECT posting_id, max(abs(off)) AS off, sum(lines) AS lines, max(last) AS last,
                min(first_at) AS first_at, max(last_at) AS last_at
            FROM (
                SELECT posting_id, currency, sum(amount) AS off, count(*) AS lines, max(line) AS last,
                    min(booked_at) AS first_at, max(booked_at) AS last_at
                FROM new_rows GROUP BY posting_id, currency
            ) c GROUP BY posting_id
        ) n LEFT JOIN ledger_postings p ON p.id = n.posting_id
        WHERE n.off > 0 OR p.id IS NULL OR p.lines <> n.lines OR p.lines <> n.last
            OR p.booked_at <> n.first_at OR p.booked_at <> n.last_at LIMIT 1;
    IF FOUND THEN
        IF r.off > 0 THEN
            RAISE EXCEPTION 'posting % is off by %', r.posting_id, r.off USING ERRCODE = 'MA001';
        END IF;
        RAISE EXCEPTION 'posting % has not these entries', r.posting_id USING ERRCODE = 'MA004';
    END IF;
    PERFORM 1 FROM new_rows n LEFT JOIN ledger_accounts a
        ON (a.id, a.kind, a.owner, a.currency) = (n.account_id, n.kind, n.owner, n.currency) WHERE a.id IS NULL;
    IF FOUND THEN
        PERFORM 1 FROM new_rows n LEFT JOIN ledger_kinds k ON k.kind = n.kind WHERE k.kind IS NULL;
        IF FOUND THEN
            RAISE EXCEPTION 'no such kind of account' USING ERRCODE = 'MA002';
        END IF;
        INSERT INTO ledger_accounts (id, kind, owner, currency)
            SELECT DISTINCT account_id, kind, owner, currency FROM new_rows ORDER BY account_id
            ON CONFLICT DO NOTHING;
        PERFORM 1 FROM new_rows n LEFT JOIN ledger_accounts a
            ON (a.id, a.kind, a.owner, a.currency) = (n.account_id, n.kind, n.owner, n.currency)
            WHERE a.id IS NULL;
        IF FOUND THEN
            RAISE EXCEPTION 'an entry does not fit its account' USING ERRCODE = 'MA003';
        END IF;
    END IF;
    INSERT INTO ledger_tails (account_id, amount)
        SELECT n.account_id, sum(n.amount) * k.normal FROM new_rows n JOIN ledger_kinds k ON k.kind = n.kind
        GROUP BY n.account_id, k.normal, k.takes
        HAVING count(n.hold_id) = 0 AND sum(n.amount) <> 0
            AND (k.takes = 0 OR sign(sum(n.amount) * k.normal) <> k.takes);
    FOR r IN
        SELECT * FROM (
            SELECT n.account_id, n.kind, k.normal, k.takes, sum(n.amount) * k.normal AS moved,
                array_agg(n.hold_id) FILTER (WHERE n.hold_id IS NOT NULL) AS holds,
                k.takes <> 0 AND k.takes
                    = sign(coalesce(sum(n.amount) FILTER (WHERE n.hold_id IS NULL), 0) * k.normal) AS taking
            FROM new_rows n JOIN ledger_kinds k ON k.kind = n.kind
            GROUP BY n.account_id, n.kind, k.normal, k.takes
        ) g WHERE holds IS NOT NULL OR taking ORDER BY account_id
    LOOP
        PERFORM 1 FROM ledger_balances WHERE account_id = r.account_id FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            INSERT INTO ledger_balances (account_id) VALUES (r.account_id) ON CONFLICT DO NOTHING;
            PERFORM 1 FROM ledger_balances WHERE account_id = r.account_id FOR NO KEY UPDATE;
        END IF;
        IF r.holds IS NOT NULL THEN
            INSERT INTO ledger_hold_ends (hold_id, outcome, amount)
                SELECT h.id, 'posted', abs(n.amount) FROM new_rows n JOIN ledger_holds h
                    ON h.id = n.hold_id AND h.account_id = n.account_id AND h.amount >= abs(n.amount)
                WHERE n.account_id = r.account_id
                    AND sign(n.amount) * r.normal = CASE WHEN r.takes > 0 THEN 1 ELSE -1 END
                ON CONFLICT DO NOTHING;
            GET DIAGNOSTICS ended = ROW_COUNT;
            IF ended <> cardinality(r.holds) THEN
                RAISE EXCEPTION 'a hold has ended, or is smaller' USING ERRCODE = 'MA011';
            END IF;
        END IF;
        UPDATE ledger_balances SET posted = posted + r.moved, held = held
            - (SELECT coalesce(sum(amount), 0) FROM ledger_holds WHERE id = ANY (r.holds))
            WHERE account_id = r.account_id;
        -- What was held had its room already.
        IF r.taking AND ledger_room(r.account_id) < 0 THEN
            RAISE EXCEPTION 'a % account has not that much', r.kind USING ERRCODE = 'MA010';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
# Per row, as nearly every statement inserts one hold.
HOLD = """
CREATE FUNCTION ledger_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    b record;
    room bigint;
BEGIN
    UPDATE ledger_balances SET held = held + NEW.amount WHERE account_id = NEW.account_id
        RETURNING posted, held, ceiling INTO b;
    IF NOT FOUND THEN
        INSERT INTO ledger_balances (account_id) VALUES (NEW.account_id) ON CONFLICT DO NOTHING;
        UPDATE ledger_balances SET held = held + NEW.amount WHERE account_id = NEW.account_id
            RETURNING posted, held, ceiling INTO b;
    END IF;
    -- A statement of its own, after the row lock: it must read what other transactions have committed before.
    SELECT CASE WHEN k.takes > 0 THEN coalesce(b.ceiling, 0) - b.posted - t.sum ELSE b.posted + t.sum END - b.held
        INTO room FROM ledger_accounts a JOIN ledger_kinds k ON k.kind = a.kind,
            LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM ledger_tails WHERE account_id = a.id) t
        WHERE a.id = NEW.account_id;
    IF coalesce(room, -1) < 0 THEN
        RAISE EXCEPTION 'an account has not that much' USING ERRCODE = 'MA010';
    END IF;
    RETURN NULL;
END $$
"""
# A hold can be ended by a posting, which locks the balance first. Every other end must do so too, or both deadlock.
LOCK_HELD = """
CREATE FUNCTION ledger_lock_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'posted' THEN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'only a posting ends a hold as posted' USING ERRCODE = 'MA011';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM 1 FROM ledger_holds h JOIN ledger_balances b ON b.account_id = h.account_id
        WHERE h.id = NEW.hold_id FOR NO KEY UPDATE OF b;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such hold' USING ERRCODE = 'MA011';
    END IF;
    RETURN NEW;
END $$
"""
RELEASE = """
CREATE FUNCTION ledger_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome <> 'posted' THEN
        UPDATE ledger_balances b SET held = held - h.amount FROM ledger_holds h
            WHERE h.id = NEW.hold_id AND b.account_id = h.account_id;
    END IF;
    RETURN NULL;
END $$
"""
APPEND_ONLY = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'MA000';
END $$
"""
# Add up to `most` rows of a tail to the balance. Returns their number; 0 if another transaction has the row lock.
FOLD = """
CREATE FUNCTION ledger_fold(account uuid, most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
    s bigint;
BEGIN
    PERFORM 1 FROM ledger_balances WHERE account_id = account FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        -- Only a missing row is inserted: ON CONFLICT waits for a transaction that has updated the row.
        PERFORM 1 FROM ledger_balances WHERE account_id = account;
        IF FOUND THEN
            RETURN 0;
        END IF;
        INSERT INTO ledger_balances (account_id) VALUES (account) ON CONFLICT DO NOTHING;
        PERFORM 1 FROM ledger_balances WHERE account_id = account FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN 0;
        END IF;
    END IF;
    WITH folded AS (
        DELETE FROM ledger_tails
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM ledger_tails WHERE account_id = account LIMIT most))
        RETURNING amount
    ) SELECT count(*), coalesce(sum(amount), 0) INTO n, s FROM folded;
    UPDATE ledger_balances SET posted = posted + s WHERE account_id = account AND n > 0;
    RETURN n;
END $$
"""
# All balances. One statement has one snapshot, so they are exact at any moment, also while a job folds tails.
# PostgreSQL inlines this function: a condition on the id uses the index.
CURRENT = """
CREATE FUNCTION ledger_now() RETURNS TABLE (
    id uuid, kind varchar, owner varchar, currency varchar, opened_at timestamptz, normal smallint, takes smallint,
    posted bigint, held bigint, ceiling bigint
) LANGUAGE sql STABLE AS $$
    SELECT a.id, a.kind, a.owner, a.currency, a.opened_at, k.normal, k.takes,
        (coalesce(b.posted, 0) + coalesce(t.sum, 0))::bigint, coalesce(b.held, 0), b.ceiling
    FROM ledger_accounts a JOIN ledger_kinds k ON k.kind = a.kind
    LEFT JOIN ledger_balances b ON b.account_id = a.id
    LEFT JOIN LATERAL (SELECT sum(amount) AS sum FROM ledger_tails WHERE account_id = a.id) t ON true
$$
"""


def upgrade() -> None:
    _accounts()
    _postings()
    _holds()
    _audits()
    for function in (ROOM, BOOK, HOLD, LOCK_HELD, RELEASE, APPEND_ONLY, FOLD, CURRENT):
        op.execute(function)
    _triggers()
    # Both tables are small and change all the time.
    op.execute("ALTER TABLE ledger_balances SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)")
    op.execute(
        "ALTER TABLE ledger_tails SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
    )
    op.execute(KINDS)
    _open_house()


def _accounts() -> None:
    op.create_table(
        "ledger_kinds",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("normal", sa.SmallInteger, nullable=False),
        sa.Column("takes", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("normal IN (1, -1)", name="normal"),
        sa.CheckConstraint("takes IN (-1, 0, 1)", name="takes"),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opened_at", TIME, server_default=NOW, nullable=False),
        sa.UniqueConstraint("kind", "owner", "currency"),
    )
    op.create_index("ix_ledger_accounts_owner", "ledger_accounts", ["owner"])
    op.create_index("ix_ledger_accounts_opened_at", "ledger_accounts", ["opened_at", "id"])
    op.create_table(
        "ledger_balances",
        sa.Column("account_id", ID, primary_key=True),
        sa.Column("posted", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        sa.Column("held", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        sa.Column("ceiling", sa.BigInteger),
        sa.CheckConstraint("held >= 0", name="held"),
    )
    op.create_table(
        "ledger_tails",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "ix_ledger_tails_account_id", "ledger_tails", ["account_id"], postgresql_include=["amount"]
    )


def _postings() -> None:
    op.create_table(
        "ledger_postings",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80)),
        sa.Column("cause", sa.String(120)),
        sa.Column("lines", sa.SmallInteger, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("booked_at", TIME, server_default=NOW, nullable=False),
    )
    op.create_index("ix_ledger_postings_booked_at", "ledger_postings", ["booked_at", "id"])
    op.create_index("ix_ledger_postings_subject", "ledger_postings", ["subject", "booked_at", "id"])
    op.create_table(
        "ledger_entries",
        sa.Column("posting_id", ID, primary_key=True),
        sa.Column("line", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("hold_id", ID),
        sa.Column("booked_at", TIME, nullable=False),
        sa.CheckConstraint("amount <> 0 AND abs(amount) <= 10000000000000", name="amount"),
        sa.CheckConstraint("line >= 1", name="line"),
    )
    op.create_index(
        "ix_ledger_entries_account_id", "ledger_entries", ["account_id", "booked_at", "posting_id", "line"]
    )
    op.create_index(
        "ix_ledger_entries_hold_id", "ledger_entries", ["hold_id"], postgresql_where="hold_id IS NOT NULL"
    )


def _holds() -> None:
    op.create_table(
        "ledger_holds",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.String(80)),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("expires_at", TIME),
        sa.CheckConstraint("amount > 0 AND amount <= 10000000000000", name="amount"),
    )
    op.create_index("ix_ledger_holds_account_id", "ledger_holds", ["account_id"])
    op.create_index(
        "ix_ledger_holds_expires_at",
        "ledger_holds",
        ["expires_at"],
        postgresql_where="expires_at IS NOT NULL",
    )
    op.create_table(
        "ledger_hold_ends",
        sa.Column("hold_id", ID, primary_key=True),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, server_default=NOW, nullable=False),
        sa.CheckConstraint("outcome IN ('posted', 'voided', 'expired')", name="outcome"),
        sa.CheckConstraint("amount >= 0 AND (outcome = 'posted') = (amount > 0)", name="amount"),
    )


def _audits() -> None:
    op.create_table(
        "ledger_audits",
        sa.Column("id", ID, primary_key=True),
        sa.Column("full", sa.Boolean, nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.Column("findings", JSONB),
    )
    op.create_index("ix_ledger_audits_requested_at", "ledger_audits", ["requested_at", "id"])
    op.create_index("ix_ledger_audits_finished_at", "ledger_audits", ["finished_at"])


def _triggers() -> None:
    op.execute(
        "CREATE TRIGGER book AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_book()"
    )
    op.execute("CREATE TRIGGER hold AFTER INSERT ON ledger_holds FOR EACH ROW EXECUTE FUNCTION ledger_hold()")
    for name, when in (("lock_held", "BEFORE"), ("release", "AFTER")):
        op.execute(
            f"CREATE TRIGGER {name} {when} INSERT ON ledger_hold_ends"
            f" FOR EACH ROW EXECUTE FUNCTION ledger_{name}()"
        )
    for table in ("kinds", "accounts", "postings", "entries", "holds", "hold_ends"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
        )


def _open_house() -> None:
    """Open the accounts of the house in the default currency, which the first postings would else open at once."""
    accounts = sa.table(
        "ledger_accounts", *(sa.column(name) for name in ("kind", "owner", "currency")), sa.column("id", ID)
    )
    rows = [
        {"id": str(uuid5(NAMESPACE, f"{kind}:house:INR")), "kind": kind, "owner": "house", "currency": "INR"}
        for kind in HOUSE
    ]
    op.bulk_insert(accounts, rows)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(f"ledger_{table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
