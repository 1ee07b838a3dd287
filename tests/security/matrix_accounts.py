"""Accounts, sessions and second factors: everybody has their own, and no address names somebody else's.

Whoever lacks a second factor that their role needs can see who they are, set one up, and leave.
"""

from __future__ import annotations

from tests.security.matrix_table import CREATED, OK, READ_ONLY, TAKEN, all_roles, own_only, public, row, table

EVERYBODY = all_roles(OK)
NO_SUCH_LINK = "422 proof_invalid"
NO_FACTOR = "409 second_factor_off"

ACCOUNTS = table(
    public("POST /api/auth/register", CREATED),
    public("POST /api/auth/login", "401 wrong_credentials"),
    public("POST /api/auth/refresh", "401 token_invalid"),
    public("POST /api/auth/forgot-password", TAKEN),
    public("POST /api/auth/resend-verification", TAKEN),
    public("POST /api/auth/unlock", TAKEN),
    public("POST /api/auth/reset-password", NO_SUCH_LINK),
    public("POST /api/auth/verify-email", NO_SUCH_LINK),
    public("POST /api/auth/confirm-unlock", NO_SUCH_LINK),
    public("POST /api/auth/confirm-email", NO_SUCH_LINK),
    public("GET /account"),
    public("GET /account/account.js"),
    public("GET /account/account.css"),
    # one's own account
    row("GET /api/auth/me", EVERYBODY, even=("limited",)),
    row("PATCH /api/auth/me", EVERYBODY),
    row("DELETE /api/auth/me", EVERYBODY, spends=True),
    row("POST /api/auth/deactivate", EVERYBODY, spends=True),
    row("POST /api/auth/change-password", EVERYBODY, spends=True),
    row("POST /api/auth/change-email", all_roles(TAKEN)),
    row("GET /api/auth/export", EVERYBODY, looking=READ_ONLY),
    # one's own sessions
    own_only("DELETE /api/auth/sessions/{session_id}", even=("limited",)),
    row("GET /api/auth/sessions", EVERYBODY, even=("limited",)),
    row("POST /api/auth/logout", EVERYBODY, even=("looking", "limited"), spends=True),
    row("POST /api/auth/logout-all", EVERYBODY, even=("limited",), spends=True),
    # one's own second factor
    row("GET /api/auth/second-factor", EVERYBODY, even=("limited",)),
    row("POST /api/auth/second-factor", all_roles(CREATED), even=("limited",), spends=True),
    row("POST /api/auth/second-factor/confirm", all_roles(NO_FACTOR), even=("limited",)),
    row("POST /api/auth/second-factor/recovery-codes", all_roles(NO_FACTOR)),
    row("DELETE /api/auth/second-factor", all_roles(NO_FACTOR)),
)
