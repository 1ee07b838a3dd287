"""Rows of bookings for measurements and plans: one for each block of `slots_growth.SEED`, of `people` customers."""

from __future__ import annotations

CUSTOMER = "00000000-0000-7000-8000-000000000100"  # the users of `slots_growth.SEED` are customers, too
# Of fifty bookings to come one waits for its partner, one is held and one has a proposal; the others are confirmed.
# Past ones are completed, but for one of ten.
SEED = (
    """
    INSERT INTO bookings (id, booking_number, status, customer_id, partner_id, service_id, service, calendar_id,
        block_id, starts_at, ends_at, time_zone, local_start, seats, customer_info, price, currency, payable,
        held_until, answer_by, proposed_block_id, proposed_calendar_id, proposed_starts_at, proposed_ends_at,
        proposed_by, proposal_answer_by, free_until, locked_from, moves, version, created_at, updated_at, words)
    SELECT id, 'G' || n, status, customer_id, partner_id, service_id,
        '{"name": "Cut", "fee_percent": 0, "capacity": 1, "duration_minutes": 30, "reminders": [120]}', calendar_id, id,
        starts_at, ends_at, 'UTC', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI'), 1, '{}', 1, 'INR', 0,
        CASE WHEN status = 'held' THEN starts_at END, CASE WHEN status = 'pending' THEN starts_at END,
        CASE WHEN proposed THEN id END, CASE WHEN proposed THEN calendar_id END, CASE WHEN proposed THEN starts_at END,
        CASE WHEN proposed THEN ends_at END, CASE WHEN proposed THEN 'partner' END,
        CASE WHEN proposed THEN starts_at END, starts_at, starts_at, 0, 1, starts_at - interval '9 days',
        starts_at - interval '9 days', CAST(to_tsvector('simple', 'cut g' || n) AS tsvector)
    FROM (
        SELECT blocks.*, calendars.id AS calendar_id, calendars.partner_id,
            CAST('00000000-0000-7000-8000-' || lpad(to_hex(1 + n % CAST(:people AS integer)), 12, '0') AS uuid)
                AS customer_id,
            blocks.starts_at > now() AND n % 50 = 2 AS proposed,
            CASE WHEN blocks.starts_at < now() AND n % 10 > 0 THEN 'completed'
                WHEN blocks.starts_at > now() AND n % 50 = 0 THEN 'pending'
                WHEN blocks.starts_at > now() AND n % 50 = 1 THEN 'held' ELSE 'confirmed' END AS status
        FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS number
        JOIN calendars
            ON calendars.id = CAST('20000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0') AS uuid)
        JOIN LATERAL (
            SELECT *, (number - 1) * CAST(:blocks AS integer) + row_number() OVER (ORDER BY starts_at) AS n
            FROM booking_blocks WHERE calendar_no = calendars.no
        ) AS blocks ON true
    ) AS given
    """,
    """
    INSERT INTO booking_reminders (booking_id, minutes, due_at)
    SELECT id, 120, starts_at - interval '2 hours' FROM bookings
    WHERE calendar_id BETWEEN CAST('20000000-0000-7000-8000-' || lpad(to_hex(CAST(:first AS integer)), 12, '0') AS uuid)
            AND CAST('20000000-0000-7000-8000-' || lpad(to_hex(CAST(:last AS integer)), 12, '0') AS uuid)
        AND status = 'confirmed' AND starts_at > now()
    """,
    """
    INSERT INTO booking_steps (booking_id, version, action, status, starts_at, actor_role, at)
    SELECT id, 1, 'book', status, starts_at, 'customer', created_at FROM bookings
    WHERE calendar_id BETWEEN CAST('20000000-0000-7000-8000-' || lpad(to_hex(CAST(:first AS integer)), 12, '0') AS uuid)
        AND CAST('20000000-0000-7000-8000-' || lpad(to_hex(CAST(:last AS integer)), 12, '0') AS uuid)
    """,
)
