"""Partners are public; a profile is its partner's, and admins decide about it."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    OK,
    PARTNERS,
    STAFF,
    Row,
    only,
    public,
    row,
    table,
)  # fmt: skip

ME, ADMIN = "/api/partners/me", "/api/admin/partners/{partner_id}"


def own(name: str, got: str = ABSENT) -> Row:
    """Return the row of a route about the profile of the caller, which has none yet."""
    return row(name, only(*PARTNERS, get=got), fresh_users=True)


def decided(action: str) -> Row:
    """Return the row of a decision about a profile."""
    done = only(*ADMINS)
    absent = only(*ADMINS, get=ABSENT)
    return row(f"PATCH {ADMIN}/{action}", own=done, foreign=done, absent=absent)


ROUTES = table(
    public("GET /api/categories"),
    row("PUT /api/admin/categories/{slug}", only(*ADMINS)),
    public("GET /api/partners"),
    public("GET /api/partners/{partner}", ABSENT),
    own(f"GET {ME}"),
    own(f"PUT {ME}", OK),
    own(f"PATCH {ME}"),
    *(own(f"PUT {ME}/{part}") for part in ("hours", "delivery")),
    *(own(f"POST {ME}/{action}") for action in ("submit", "hide", "show", "pause", "resume")),
    row("GET /api/admin/partners", only(*STAFF)),
    *(decided(action) for action in ("approve", "return", "hide", "show")),
)
EVENTS: dict[str, Row] = table()
