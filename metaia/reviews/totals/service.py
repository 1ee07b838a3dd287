"""The rule that the totals of ratings are those of the published reviews."""

from __future__ import annotations

from metaia.ledger.audit.registry import in_sql

# One statement reads one snapshot, so it finds nothing false while others write.
RULE = in_sql(
    """
    SELECT coalesce(t.subject_type, r.subject_type) || ' ' || coalesce(t.subject_id, r.subject_id) AS subject,
        coalesce(r.counts, '{0,0,0,0,0}') AS expected, coalesce(t.counts, '{0,0,0,0,0}') AS found
    FROM rating_totals t FULL JOIN (
        SELECT subject_type, subject_id, ARRAY[
            count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2),
            count(*) FILTER (WHERE rating = 3), count(*) FILTER (WHERE rating = 4),
            count(*) FILTER (WHERE rating = 5)]::int[] AS counts
        FROM reviews WHERE status = 'published' GROUP BY subject_type, subject_id
    ) r ON r.subject_type = t.subject_type AND r.subject_id = t.subject_id
    WHERE coalesce(t.counts, '{0,0,0,0,0}') <> coalesce(r.counts, '{0,0,0,0,0}')
    """
)
