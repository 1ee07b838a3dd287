"""Accounts, sessions and second factors: all paths refer to the caller's own.

A session with a pending second factor may only read the account, set up the factor, and log out.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ACCEPTED,
    CREATED,
    OK,
    READ_ONLY,
    all_roles,
    own_only,
    public,
    row,
    table,
)

ALL_USERS = all_roles(OK)
NO_SUCH_LINK = "422 proof_invalid"
NO_FACTOR = "409 second_factor_off"

ROUTES = table(
    public("POST /api/auth/register", CREATED),
    public("POST /api/auth/login", "401 wrong_credentials"),
    public("POST /api/auth/refresh", "401 token_invalid"),
    public("POST /api/auth/forgot-password", ACCEPTED),
    public("POST /api/auth/resend-verification", ACCEPTED),
    public("POST /api/auth/unlock", ACCEPTED),
    public("POST /api/auth/reset-password", NO_SUCH_LINK),
    public("POST /api/auth/verify-email", NO_SUCH_LINK),
    public("POST /api/auth/confirm-unlock", NO_SUCH_LINK),
    public("POST /api/auth/confirm-email", NO_SUCH_LINK),
    public("GET /account"),
    public("GET /account/{version}/{asset}", "404 not_found"),
    # the caller's account
    row("GET /api/auth/me", ALL_USERS, allowed_for=("mfa_pending",)),
    row("PATCH /api/auth/me", ALL_USERS),
    row("DELETE /api/auth/me", ALL_USERS, fresh_users=True),
    row("POST /api/auth/deactivate", ALL_USERS, fresh_users=True),
    row("POST /api/auth/change-password", ALL_USERS, fresh_users=True),
    row("POST /api/auth/change-email", all_roles(ACCEPTED)),
    row("GET /api/auth/export", ALL_USERS, impersonated=READ_ONLY),
    # the caller's sessions
    own_only("DELETE /api/auth/sessions/{session_id}", allowed_for=("mfa_pending",)),
    row("GET /api/auth/sessions", ALL_USERS, allowed_for=("mfa_pending",)),
    row("POST /api/auth/logout", ALL_USERS, allowed_for=("impersonated", "mfa_pending"), fresh_users=True),
    row("POST /api/auth/logout-all", ALL_USERS, allowed_for=("mfa_pending",), fresh_users=True),
    # the caller's second factor
    row("GET /api/auth/second-factor", ALL_USERS, allowed_for=("mfa_pending",)),
    row("POST /api/auth/second-factor", all_roles(CREATED), allowed_for=("mfa_pending",), fresh_users=True),
    row("POST /api/auth/second-factor/confirm", all_roles(NO_FACTOR), allowed_for=("mfa_pending",)),
    row("POST /api/auth/second-factor/recovery-codes", all_roles(NO_FACTOR)),
    row("DELETE /api/auth/second-factor", all_roles(NO_FACTOR)),
)
