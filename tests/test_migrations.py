"""Migrations make what the models describe, and take away what they made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import LiteralString

import flask_migrate
import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app

from metaia.extensions import db
from tests.e2e.databases import database, migrating

CATALOGUE: dict[str, LiteralString] = {
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
            || coalesce(character_maximum_length::text, '') || ' ' || coalesce(column_default, '')
            || ' ' || is_identity
        FROM information_schema.columns WHERE table_schema = 'public'
        AND table_name !~ '^(alembic_version|event_(log|audience)_.*)$'
    """,
    "indexes": """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        AND tablename !~ '^(alembic_version|event_(log|audience)_.*)$'
    """,
    "constraints": """
        SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        AND conrelid::regclass::text !~ '^(alembic_version|event_(log|audience)_.*)$'
    """,
    "sequences": """
        SELECT sequencename || ' ' || start_value || ' ' || increment_by FROM pg_sequences
        WHERE schemaname = 'public'
    """,
    "partitioned": "SELECT partrelid::regclass::text || ' ' || pg_get_partkeydef(partrelid) FROM pg_partitioned_table",
}
LEFT = """
    SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relname !~ '^alembic_version'
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
        AND typname !~ '^_?alembic_version'
"""


def rows(url: str, query: LiteralString) -> list[str]:
    with psycopg.connect(url) as connection:
        return sorted(row[0] for row in connection.execute(query))


def described(url: str) -> dict[str, list[str]]:
    return {name: rows(url, query) for name, query in CATALOGUE.items()}


def config() -> Config:
    found: Config = current_app.extensions["migrate"].migrate.get_config()
    return found


@pytest.fixture
def empty(environment: dict[str, str]) -> Iterator[str]:
    with database(environment["DATABASE_URL"]) as url:
        yield url


@pytest.fixture
def migrated(empty: str) -> str:
    with migrating(empty):
        flask_migrate.upgrade()
    return empty


def test_models_and_migrations_agree(migrated: str) -> None:
    """Fails when `flask db migrate` would find something to do."""
    with migrating(migrated), redirect_stdout(io.StringIO()):
        command.check(config())


def test_migrations_make_exactly_what_the_models_would(environment: dict[str, str], migrated: str) -> None:
    """More than autogenerate compares: defaults, partial indexes, sequences, partitioning."""
    with database(environment["DATABASE_URL"]) as other:
        with migrating(other):
            db.create_all()
        assert described(migrated) == described(other)


def test_going_down_to_the_beginning_leaves_nothing_and_one_can_go_up_again(migrated: str) -> None:
    before = described(migrated)
    with migrating(migrated):
        flask_migrate.downgrade(revision="base")
        assert rows(migrated, LEFT) == []
        flask_migrate.upgrade()
    assert described(migrated) == before


def test_each_migration_can_be_undone_alone(migrated: str) -> None:
    with migrating(migrated):
        revisions = 0
        while rows(migrated, "SELECT version_num FROM alembic_version"):
            flask_migrate.downgrade()
            revisions += 1
        assert revisions == len(list(ScriptDirectory.from_config(config()).walk_revisions()))


def test_a_fresh_log_begins_at_nothing_in_an_epoch_of_its_own(
    environment: dict[str, str], migrated: str
) -> None:
    (first,) = rows(migrated, "SELECT epoch || '.' || position FROM log_head")
    assert first.endswith(".0")
    with database(environment["DATABASE_URL"]) as other:
        with migrating(other):
            flask_migrate.upgrade()
        (second,) = rows(other, "SELECT epoch || '.' || position FROM log_head")
    assert first != second


CAMPAIGNS: LiteralString = """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT gen_random_uuid(), n || '@test.example', '', '', 'customer', true, now() FROM generate_series(1, 3) AS n;
    INSERT INTO campaigns (id, name, title, message, channels, audience, rate_per_minute, status, version, recipients,
                           ended_at, created_by, created_at, updated_at)
    SELECT gen_random_uuid(), status, '', '', '{email}', '{}', 1, status, 1, 0, '2026-11-01', gen_random_uuid(),
        now(), now() FROM unnest(ARRAY['cancelled', 'running']) AS status;
    INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, queue, campaign_id,
                               created_at)
    SELECT gen_random_uuid(), users.id, 'campaign', 'marketing', '', '', '{}', '[]', 'bulk', campaigns.id, now()
    FROM users CROSS JOIN campaigns;
    INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, queue, created_at)
    SELECT gen_random_uuid(), id, 'order_ready', 'order', '', '', '{}', '[]', 'default', now() FROM users
"""
CANCELLED: LiteralString = """
    SELECT coalesce(status, 'none') || ' ' || coalesce(cancelled_at::date::text, '-') || ' ' || count(*)
    FROM notifications LEFT JOIN campaigns ON campaigns.id = campaign_id GROUP BY status, cancelled_at
"""


def test_the_notifications_of_cancelled_campaigns_are_cancelled(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0008")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(CAMPAIGNS)
            # as an interrupted upgrade leaves it
            connection.execute("ALTER TABLE notifications ADD COLUMN cancelled_at timestamptz")
        flask_migrate.upgrade(revision="0009")
    assert rows(empty, CANCELLED) == ["cancelled 2026-11-01 3", "none - 3", "running - 3"]


PHONES: LiteralString = """
    INSERT INTO users (id, email, password_hash, name, phone, role, active, created_at)
    SELECT gen_random_uuid(), n || '@phones.example', '', '', phone, 'customer', true, now()
    FROM unnest(ARRAY['+91 (0)98765-43210', '0091 98765 43211', '+91 98', NULL]) WITH ORDINALITY AS p (phone, n);
    INSERT INTO orders (id, order_number, status, customer_id, customer_info, items, total, currency, version,
                        accept_by, created_at, updated_at, words)
    SELECT gen_random_uuid(), 'P' || email, 'pending', id, jsonb_build_object('name', NULL, 'phone', phone), '[]', 0,
        'INR', 1, now(), now(), now(), 'asha' FROM users;
    INSERT INTO suppressions (channel, address, reason, at) SELECT 'sms', address, reason, now()
    FROM (VALUES ('+919876543210', 'invalid'), ('00919876543211', 'stop'), ('9876543212', 'invalid'),
          ('00919876543210', 'stop'), ('+91098765', 'invalid')) AS s (address, reason)
"""


def test_telephone_numbers_get_their_canonical_form(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0014")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(PHONES)
        flask_migrate.upgrade(revision="0015")
        changed = "UPDATE users SET phone = phone || ' ', version = version + 1"
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(changed)
        assert rows(empty, "SELECT coalesce(phone_e164, '-') FROM users") == [
            "+919876543210", "+919876543211", "-", "-",
        ]  # fmt: skip
        assert rows(empty, "SELECT coalesce(customer_info ->> 'phoneE164', '-') FROM orders") == [
            "+919876543210", "+919876543211", "-", "-",
        ]  # fmt: skip
        assert rows(empty, "SELECT words::text FROM orders WHERE words @@ '9876543211'") == [
            "'919876543211' '9876543211' 'asha'"
        ]
        assert rows(empty, "SELECT address || ' ' || reason FROM suppressions") == [
            "+91098765 invalid", "+919876543210 invalid", "+919876543211 stop",
        ]  # fmt: skip
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute("UPDATE users SET phone = NULL")
        assert rows(empty, "SELECT coalesce(phone_e164, '-') FROM users") == ["-"] * 4
        flask_migrate.downgrade(revision="0014")
    assert rows(empty, "SELECT customer_info::text FROM orders WHERE customer_info ? 'phoneE164'") == []


MAILBOXES: LiteralString = """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT gen_random_uuid(), email, '', '', 'customer', true, now() FROM unnest(ARRAY[
        'a@xn--bcher-kva.example', 'b@bücher.example', 'b@xn--bcher-kva.example', 'c@example.com', 'd@localhost',
        U&'e@bu\\0308cher.example', 'f@xn--0.example']) AS email;
    INSERT INTO address_suppressions (id, channel, address, reason, category, at, times)
    SELECT gen_random_uuid(), 'email', email, 'complaint', '', now(), 1 FROM users
"""


def test_addresses_of_internationalised_domains_get_their_canonical_form(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0016")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(MAILBOXES)
        flask_migrate.upgrade(revision="0017")
    expected = [
        "a@bücher.example", "b@bücher.example", "b@xn--bcher-kva.example", "c@example.com", "d@localhost",
        "e@bücher.example", "f@xn--0.example",
    ]  # fmt: skip
    assert rows(empty, "SELECT email FROM users") == expected
    assert rows(empty, "SELECT address FROM address_suppressions") == expected


ORDERS: LiteralString = """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    VALUES (gen_random_uuid(), 'words@test.example', '', '', 'customer', true, now());
    INSERT INTO orders (id, order_number, status, customer_id, customer_info, items, notes, total, currency, version,
                        accept_by, created_at, updated_at, words)
    SELECT gen_random_uuid(), 'W' || n, 'pending', users.id, jsonb_build_object('name', text), '[]', NULL, 0, 'INR', 1,
        now(), now(), now(), 'before' FROM users, unnest(ARRAY['कुर्ता', '衬衫', 'Asha']) WITH ORDINALITY AS t (text, n);
    UPDATE orders SET items = '[{"name": "Suit", "notes": "ลินินสี"}]' WHERE order_number = 'W1'
"""


def test_the_words_of_earlier_orders_are_found_in_all_scripts(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0017")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(ORDERS)
        flask_migrate.upgrade(revision="0018")
    assert rows(empty, "SELECT words::text FROM orders") == [
        "'before'",
        "'suit' 'w1' 'कुर्ता' 'นสี':4 'นิน':3 'ลินิ':2 'สี':5",
        "'w2' '衫':3 '衬衫':2",
    ]


WITH_ACCENTS: LiteralString = """
    UPDATE orders SET words = (ARRAY['''café'' ''cafe'' ''crème''', '''ёлка'' ''कुर्ता'' ''衫'':3 ''衬衫'':2', '''suit'''
        ])[right(order_number, 1)::int]::tsvector
"""


def test_words_lose_the_accents_of_latin_greek_and_cyrillic(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0017")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(ORDERS)
            flask_migrate.upgrade(revision="0049")
            connection.execute(WITH_ACCENTS)
        flask_migrate.upgrade(revision="0050")
    assert rows(empty, "SELECT words::text FROM orders") == [
        "'cafe' 'creme'",
        "'suit'",
        "'елка' 'कुर्ता' '衫':3 '衬衫':2",
    ]


INTERRUPTED: LiteralString = """
    ALTER TABLE orders ALTER subtotal DROP NOT NULL, DISABLE TRIGGER begin_price;
    UPDATE orders SET subtotal = NULL;
    ALTER TABLE orders ENABLE TRIGGER begin_price,
        ADD CONSTRAINT ck_orders_subtotal CHECK (subtotal IS NOT NULL) NOT VALID;
    UPDATE alembic_version SET version_num = '0052'
"""


def test_orders_change_while_their_subtotals_are_filled(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0017")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(ORDERS)
            flask_migrate.upgrade(revision="0053")
            connection.execute(INTERRUPTED)
            connection.execute("UPDATE orders SET status = 'accepted' WHERE order_number = 'W2'")
        flask_migrate.upgrade(revision="0053")
    assert rows(empty, "SELECT status || ' ' || subtotal FROM orders") == [
        "accepted 0", "pending 0", "pending 0",
    ]  # fmt: skip


WITHOUT_ACCOUNT: LiteralString = """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    VALUES (gen_random_uuid(), 'shop@test.example', '', '', 'tailor', true, now()),
        (gen_random_uuid(), 'admin@test.example', '', '', 'admin', true, now());
    UPDATE orders SET deal_id = id, customer_id = NULL, partner_id = (SELECT id FROM users WHERE role = 'tailor')
        WHERE order_number = 'W1';
    UPDATE orders SET deal_id = id, customer_id = NULL WHERE order_number = 'W2';
    INSERT INTO order_steps (order_id, version, action, status, actor_id, actor_role, after, at)
        SELECT orders.id, 1, 'create', 'pending', users.id, 'admin', '{}', now()
        FROM orders, users WHERE users.role = 'admin' AND orders.customer_id IS NULL
"""


def test_the_release_before_finds_who_has_ordered_at_the_counter_as_the_customer(empty: str) -> None:
    with migrating(empty):
        flask_migrate.upgrade(revision="0017")
        with psycopg.connect(empty, autocommit=True) as connection:
            connection.execute(ORDERS)
            flask_migrate.upgrade(revision="0058")
            connection.execute(WITHOUT_ACCOUNT)
        flask_migrate.downgrade(revision="0057")
    joined: LiteralString = (
        "SELECT order_number || ' ' || role FROM orders JOIN users ON users.id = customer_id"
    )
    assert rows(empty, joined) == ["W1 tailor", "W2 admin", "W3 customer"]
