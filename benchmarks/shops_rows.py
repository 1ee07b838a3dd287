"""Rows of shops for measurements and plans: partners in towns of TOWN, each with one product, one review, one follower.

All towns have as many, so what is near a place does not grow. The first partner has a catalogue, reviews and open
deliveries of its own. `:first`, `:last` are the numbers of partners.
"""

from __future__ import annotations

TOWN, CUSTOMERS = 1000, 1000
_PARTNER = "CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)"
_CUSTOMER = (
    f"CAST('01000000-0000-7000-8000-' || lpad(to_hex(1 + CAST(n AS integer) % {CUSTOMERS}), 12, '0') AS uuid)"
)
_PARTNERS = "generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n"
PARTNER = "00000000-0000-7000-8000-000000000001"
CUSTOMER = "01000000-0000-7000-8000-000000000002"
COURIER = "02000000-0000-7000-8000-000000000001"
PRODUCT = "03000000-0000-7000-8000-000000000001"
MENU, REVIEWS, OPEN = 200, 300, 40  # of the first partner
BIG = 1_000_000_000  # the numbers of its products, orders and reviews begin above those of the partners


def _numbers(count: int) -> str:
    """Return the numbers of the partners, and `count` for the first partner, with the partner of each as `n`."""
    more = f"generate_series({BIG} + 1, {BIG} + {count}) AS number WHERE CAST(:first AS integer) = 1"
    return f"(SELECT n, n AS number FROM {_PARTNERS} UNION ALL SELECT 1, number FROM {more}) AS given"


def _id(kind: str) -> str:
    return f"CAST('{kind}000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0') AS uuid)"


SEED = (
    f"""
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT {_PARTNER}, n || '@shop.example', 'x', 'n', 'tailor', true, now() FROM {_PARTNERS}
    UNION ALL SELECT {_CUSTOMER}, n || '@customer.example', 'x', 'Asha Nair', 'customer', true, now()
    FROM generate_series(1, {CUSTOMERS}) AS n WHERE CAST(:first AS integer) = 1
    UNION ALL SELECT '{COURIER}', 'courier@shop.example', 'x', 'n', 'delivery', true, now()
    WHERE CAST(:first AS integer) = 1
    """,
    f"""
    INSERT INTO courier_shifts (courier_id, working, vehicle, since, version)
    SELECT '{COURIER}', true, 'bicycle', now(), 1 WHERE CAST(:first AS integer) = 1
    """,
    f"""
    INSERT INTO partner_profiles (user_id, slug, business_name, tags, lat, lng, media_ids, currency, time_zone, status,
        hidden_by_staff, exceptions, last_order_minutes, preparation_minutes, busy_extra_minutes, accept_when_busy,
        minimum_order, fulfilments, custom_items, delivery_by, postal_codes, tiers, courier_call, proof, menu_version,
        version, words, created_at, updated_at, area, area_box, reach_m, open_during)
    SELECT {_PARTNER}, 'shop-' || n, 'Shop ' || n, '{{linen}}', lat, lng, '{{}}', 'INR', 'Asia/Kolkata', 'published',
        false, '[]', 0, 15, 0, true, 0, '{{delivery,pickup}}', false, 'pool', '{{}}', '[]', 'ready', '{{}}', 1, 1,
        to_tsvector('simple', 'shop tailor name' || lpad(CAST(n / 20 AS text), 8, '0')),
        now() - n * interval '1 second', now(),
        '{{"kind": "radius", "radius_m": 5000}}',
        box(point(lng - 0.05, lat - 0.05), point(lng + 0.05, lat + 0.05)), 5000,
        CASE n % 4 WHEN 0 THEN tstzmultirange(tstzrange(now() + interval '9 hours', now() + interval '18 hours'))
            WHEN 1 THEN NULL ELSE tstzmultirange(tstzrange(now() - interval '1 hour', now() + interval '18 hours')) END
    FROM (SELECT n, (n - 1) / {TOWN} % 100 * 1.2 - 60 + n::bigint * 7919 % 1000 * 0.0002 AS lat,
        (n - 1) / {100 * TOWN} * 3.4 - 170 + n::bigint * 104729 % 997 * 0.0002 AS lng FROM {_PARTNERS}) AS placed
    """,
    f"""
    INSERT INTO products (id, partner_id, name, kind, currency, price, tags, media_ids, words, position, available,
        active, version, created_at, updated_at)
    SELECT {_id("03")}, {_PARTNER}, 'Shirt ' || number, 'item', 'INR', 100 + number % 900, '[]', '[]',
        to_tsvector('simple', 'shirt linen made' || lpad(CAST(number / 20 AS text), 8, '0')), 0, true, true, 1,
        now() - number % 999999 * interval '1 second', now() FROM {_numbers(MENU)}
    """,
    f"""
    INSERT INTO product_variants (id, partner_id, product_id, price, position, available, active)
    SELECT {_id("05")}, {_PARTNER}, {_id("03")}, 100 + number % 900, 0, true, true FROM {_numbers(MENU)}
    """,
    f"""
    INSERT INTO orders (id, deal_id, order_number, status, customer_id, partner_id, customer_info, items, total,
        currency, version, accept_by, created_at, updated_at, words)
    SELECT {_id("04")}, {_id("04")}, 'G' || number, 'completed', {_CUSTOMER}, {_PARTNER}, '{{}}', '[]', 0, 'INR', 2,
        now(), now() - number % 999999 * interval '1 second', now(), '' FROM {_numbers(REVIEWS)}
    """,
    f"""
    UPDATE orders SET status = 'ready', delivery_id = gen_random_uuid(), courier_wanted_at = now()
    WHERE CAST(:first AS integer) = 1 AND order_number IN (SELECT 'G' || {BIG} + n FROM generate_series(1, {OPEN}) AS n)
    """,
    f"""
    INSERT INTO delivery_waves (order_id, wanted_at, reach, wave)
    SELECT id, courier_wanted_at, 'pool', 4 FROM orders WHERE courier_wanted_at IS NOT NULL
        AND partner_id = '{PARTNER}' AND CAST(:first AS integer) = 1
    """,
    f"""
    INSERT INTO reviews (id, order_id, author_id, partner_id, subject_type, subject_id, rating, tags, text, media_ids,
        status, open_reports, version, created_at, updated_at)
    SELECT {_id("06")}, {_id("04")}, {_CUSTOMER}, {_PARTNER}, 'partner', {_PARTNER}, 1 + number % 5, '[]',
        'Good linen.', '[]', 'published', 0, 1, now() - number % 999999 * interval '1 second', now()
    FROM {_numbers(REVIEWS)} WHERE number <= {BIG} OR number > {BIG + OPEN}
    """,
    f"""
    INSERT INTO follows (follower_id, partner_id, created_at)
    SELECT {_CUSTOMER}, {_PARTNER}, now() - n * interval '1 second' FROM {_PARTNERS}
    """,
)
