"""The statements that make rollups from facts: of given quarter hours, or of all in a rebuild."""

from __future__ import annotations

from typing import Final

ALL: Final = "00000000-0000-0000-0000-000000000000"  # the partner of rows for all partners together
_ORDER_VALUES: Final = (
    "placed", "gmv", "items", "accepted", "rejected", "cancelled", "expired", "completed", "completed_value", "tips",
)  # fmt: skip
_MONEY_VALUES: Final = ("gross", "refunds", "disputes", "corrections", "commission", "fees", "payouts")
# By the column of a time axis: the values that count by it.
_AXES: Final[dict[str, dict[str, str]]] = {
    "placed_at": {"placed": "1", "gmv": "f.total", "items": "f.items"},
    "accepted_at": {"accepted": "1"},
    "ended_at": {
        **{
            name: f"(f.outcome = '{name}')::int" for name in ("rejected", "cancelled", "expired", "completed")
        },
        "completed_value": "CASE WHEN f.outcome = 'completed' THEN f.total ELSE 0 END",
        "tips": "CASE WHEN f.outcome = 'completed' THEN f.tip ELSE 0 END",
    },
}
_SOURCE_OF_SOME: Final = (
    "unnest(CAST(:buckets AS timestamptz[])) b (at) JOIN {table} f"
    " ON f.{axis} >= b.at AND f.{axis} < b.at + interval '15 minutes'"
)
_SOURCE_OF_ALL: Final = "{table} f WHERE f.{axis} IS NOT NULL"
_BIN: Final = "date_bin('15 minutes', f.{axis}, '2000-01-01 00:00:00+00'::timestamptz)"


def _insert(table: str, values: tuple[str, ...], rows: str) -> str:
    """Return the insert of rows by quarter, currency and partner, and those of all partners together."""
    sums = ", ".join(f"sum({value})" for value in values)
    return f"""
        INSERT INTO {table}{{next}} (bucket, currency, partner_id, {", ".join(values)})
        SELECT bucket, currency, CASE WHEN grouping(partner_id) = 1 THEN CAST('{ALL}' AS uuid) ELSE partner_id END,
            {sums}
        FROM ({rows}) m
        GROUP BY GROUPING SETS ((bucket, currency, partner_id), (bucket, currency))
        HAVING grouping(partner_id) = 1 OR partner_id IS NOT NULL
    """  # noqa: S608 - constants


def _orders(source: str) -> str:
    def of_axis(axis: str, given: dict[str, str]) -> str:
        columns = ", ".join(f"{given.get(value, '0')} AS {value}" for value in _ORDER_VALUES)
        table = source.format(table="fact_orders{next}", axis=axis)
        return f"SELECT {_BIN.format(axis=axis)} AS bucket, f.currency, f.partner_id, {columns} FROM {table}"  # noqa: S608

    rows = " UNION ALL ".join(of_axis(axis, given) for axis, given in _AXES.items())
    return _insert("rollup_orders", _ORDER_VALUES, rows)


def _money(source: str) -> str:
    columns = ", ".join(f"f.{value}" for value in _MONEY_VALUES)
    table = source.format(table="fact_money{next}", axis="booked_at")
    rows = (
        f"SELECT {_BIN.format(axis='booked_at')} AS bucket, f.currency, f.partner_id, {columns} FROM {table}"  # noqa: S608
    )
    return _insert("rollup_money", _MONEY_VALUES, rows)


CLEAR: Final = {
    table: f"DELETE FROM {table} WHERE bucket = ANY (CAST(:buckets AS timestamptz[]))"  # noqa: S608 - constants
    for table in ("rollup_orders", "rollup_money")
}
SOME: Final = {"rollup_orders": _orders(_SOURCE_OF_SOME), "rollup_money": _money(_SOURCE_OF_SOME)}
EVERY: Final = {"rollup_orders": _orders(_SOURCE_OF_ALL), "rollup_money": _money(_SOURCE_OF_ALL)}
# Days of users. The instants of days come from Python, which alone converts time zones.
ACTIVITY: Final = """
    INSERT INTO activity_days (day, user_id, role, actions)
    SELECT d.day, a.user_id, a.role, count(*)
    FROM unnest(CAST(:users AS uuid[]), CAST(:days AS date[]), CAST(:begins AS timestamptz[]),
        CAST(:ends AS timestamptz[])) d (user_id, day, begins, ends)
    JOIN fact_actions a ON a.user_id = d.user_id AND a.at >= d.begins AND a.at < d.ends
    GROUP BY 1, 2, 3 ON CONFLICT (day, user_id, role) DO UPDATE SET actions = excluded.actions
"""
ALL_ACTIVITY: Final = """
    INSERT INTO activity_days{next} (day, user_id, role, actions)
    SELECT (CAST(:days AS date[]))[width_bucket(at, CAST(:begins AS timestamptz[]))], user_id, role, count(*)
    FROM fact_actions{next} GROUP BY 1, 2, 3
"""
CLEAR_COHORTS: Final = "DELETE FROM cohorts WHERE user_id = ANY (CAST(:users AS uuid[]))"
COHORTS: Final = """
    INSERT INTO cohorts{next} (user_id, order_id, first_at)
    SELECT DISTINCT ON (customer_id) customer_id, order_id, placed_at FROM fact_orders{next}
    WHERE customer_id IS NOT NULL {which} ORDER BY customer_id, placed_at, order_id
"""
OF_CUSTOMERS: Final = "AND customer_id = ANY (CAST(:users AS uuid[]))"
