"""Some hundred users with telephones and devices, and notifications for them, written directly into the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg

from metaia.dev.stubs.webpush import subscription

PEOPLE = 400
USER: LiteralString = """
    INSERT INTO users (id, email, email_verified_at, password_hash, name, phone, role, active, created_at)
    SELECT gen_random_uuid(), 'p' || n || '@test.example', now(), '-', 'Person ' || n, '+9170000' || 10000 + n,
           'customer', true, now() FROM generate_series(0, %s::int - 1) AS n"""
DEVICE: LiteralString = """
    INSERT INTO devices (id, user_id, kind, token, keys, registered_at)
    SELECT gen_random_uuid(), id, %s, %s, %s::jsonb, now() FROM users WHERE email = %s"""
# Like notifications/service.py:write, one row and one event for each.
NOTIFY: LiteralString = """
    WITH notified AS (
        INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, queue, channels,
                                   planned_at, created_at)
        SELECT gen_random_uuid(), users.id, 'order_ready', 'order', 'Ready', 'It is ready.',
               jsonb_build_object('orderId', gen_random_uuid(), 'orderNumber', 'M' || n), '[]',
               CASE WHEN n %% 7 = 0 THEN 'critical' ELSE 'default' END,
               CASE n %% 8 WHEN 0 THEN ARRAY['in_app'] WHEN 1 THEN ARRAY['in_app', 'email', 'sms', 'push']
                   WHEN 2 THEN ARRAY['in_app', 'email'] WHEN 3 THEN ARRAY['in_app', 'email']
                   WHEN 4 THEN ARRAY['in_app', 'sms'] WHEN 5 THEN ARRAY['in_app', 'sms']
                   ELSE ARRAY['in_app', 'push'] END,
               CASE WHEN n %% 8 = 0 THEN now() END, now()
        FROM generate_series(1, %s::int) AS n JOIN users ON email = 'p' || n / 8 %% %s::int || '@test.example'
        RETURNING id, user_id, title, message
    )
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'event', 'notification.created',
           json_build_object('id', id, 'type', 'order_ready', 'title', title, 'message', message,
                             'data', json_build_object(), 'actions', json_build_array(), 'createdAt', now()),
           ARRAY['user-' || user_id], now() FROM notified"""
CAMPAIGN: LiteralString = """
    INSERT INTO campaigns (id, name, title, message, channels, audience, rate_per_minute, status, version,
                           recipients, next_at, created_by, created_at, updated_at)
    SELECT gen_random_uuid(), 'Sale', 'Ten per cent off', 'On every suit.', '{in_app,email,sms,push}',
           '{"roles": ["customer"]}', 6000, 'scheduled', 1, 0, now(), id, now(), now() FROM users LIMIT 1"""
# Deliveries that must exist, and those that do: (notification, channel, address).
WANTED: LiteralString = """
    SELECT notifications.id, channel, CASE channel WHEN 'email' THEN users.email WHEN 'sms' THEN users.phone
               ELSE devices.id::text END
    FROM notifications CROSS JOIN unnest(channels) AS channel JOIN users ON users.id = notifications.user_id
    LEFT JOIN devices ON channel = 'push' AND devices.user_id = users.id WHERE channel <> 'in_app'"""
PLANNED: LiteralString = "SELECT notification_id, channel, address FROM deliveries"


def write(database: str, origin: str, size: int) -> None:
    """Write all users and `size` notifications, including the campaign's. `origin` is the URL of the vendors."""
    with psycopg.connect(database) as connection:
        connection.execute(USER, (PEOPLE,))
        connection.cursor().executemany(DEVICE, list(_devices(origin)))
    with psycopg.connect(database) as connection:
        connection.execute(NOTIFY, (size - PEOPLE, PEOPLE))
        connection.execute(CAMPAIGN)
        connection.execute("ANALYZE")


def _devices(origin: str) -> Iterator[tuple[Any, ...]]:
    """Give one device to each user, and a second one to every fifth."""
    for number in range(PEOPLE):
        email, browser = f"p{number}@test.example", subscription(origin, f"browser-{number}")
        kinds = (
            ("fcm", f"registration-{number}", "{}"),
            ("expo", f"ExponentPushToken[{number}]", "{}"),
            ("webpush", browser["endpoint"], json.dumps(browser["keys"])),
        )
        for each in range(2 if number % 5 == 0 else 1):
            yield (*kinds[(number + each) % 3], email)
