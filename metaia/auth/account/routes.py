"""Routes of a user's own account, and of the links that are mailed about it."""

from __future__ import annotations

from typing import Any

from flask import Response, stream_with_context

from metaia.auth.account import email_change, erasure, export
from metaia.auth.account import schemas as account_schemas
from metaia.auth.account import service as account_service
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Gone
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import LOGIN, MAIL, PUBLIC, READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.users import presenters as user_presenters
from metaia.users.queries import Person
from metaia.users.schemas import Profile

blp = Blueprint("account", __name__, url_prefix="/api/auth", description="One's own account")
Body = dict[str, Any]
EXPORTS = READ.limited_to("10 per hour")
REQUESTED = "If an account with this address needs it, a mail is on its way."


@blp.endpoint(
    "POST",
    "/verify-email",
    body=account_schemas.Token,
    returns=account_schemas.Done,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Gone,),
)
def verify_email(body: Body) -> Response:
    """Verify your e-mail address by a mailed link."""
    account_service.verify_email(body["token"])
    return answer()


@blp.endpoint(
    "POST",
    "/resend-verification",
    body=account_schemas.Email,
    returns=account_schemas.Asked,
    status=202,
    limit=MAIL,
    access=PUBLIC,
)
def resend_verification(body: Body) -> Response:
    """Request another link that verifies your e-mail address."""
    return _request_link(email_tokens.VERIFY_EMAIL, body)


@blp.endpoint(
    "POST",
    "/forgot-password",
    body=account_schemas.Email,
    returns=account_schemas.Asked,
    status=202,
    limit=MAIL,
    access=PUBLIC,
)
def forgot_password(body: Body) -> Response:
    """Request a link with which you choose a new password."""
    return _request_link(email_tokens.RESET_PASSWORD, body)


@blp.endpoint(
    "POST",
    "/reset-password",
    body=account_schemas.NewPassword,
    returns=account_schemas.Done,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Gone,),
)
def reset_password(body: Body) -> Response:
    """Set a new password by a mailed link. All sessions end."""
    account_service.reset_password(body["token"], body["password"])
    return answer()


@blp.endpoint(
    "POST",
    "/unlock",
    body=account_schemas.Email,
    returns=account_schemas.Asked,
    status=202,
    limit=MAIL,
    access=PUBLIC,
)
def ask_to_unlock(body: Body) -> Response:
    """Request a link that ends the login delay after wrong passwords."""
    return _request_link(email_tokens.UNLOCK, body)


@blp.endpoint(
    "POST",
    "/confirm-unlock",
    body=account_schemas.Token,
    returns=account_schemas.Done,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Gone,),
)
def unlock(body: Body) -> Response:
    """End the login delay after wrong passwords, by a mailed link."""
    account_service.unlock(body["token"])
    return answer()


@blp.endpoint(
    "POST", "/change-password", body=account_schemas.ChangePassword, returns=account_schemas.Done, limit=LOGIN
)
def change_password(body: Body) -> Response:
    """Change the password. All other sessions end."""
    version = etags.expected(body["expected_version"])
    account_service.change_password(current(), body["current_password"], body["new_password"], version)
    return answer()


@blp.endpoint(
    "POST",
    "/change-email",
    body=account_schemas.ChangeEmail,
    returns=account_schemas.Asked,
    status=202,
    limit=MAIL,
    fails=(Conflict,),
)
def change_email(body: Body) -> Response:
    """Request a change of your e-mail address. Both mailboxes receive a link, and both must confirm."""
    email_change.request_change(current(), body["password"], body["email"])
    return answer(status=202, message="Open the links that were mailed to your old and your new address.")


@blp.endpoint(
    "POST",
    "/confirm-email",
    body=account_schemas.Token,
    returns=account_schemas.Agreed,
    limit=LOGIN,
    access=PUBLIC,
    fails=(
        Conflict,
        Gone,
    ),
)
def confirm_email(body: Body) -> Response:
    """Confirm a change of e-mail address by a mailed link. It takes effect when both mailboxes have confirmed."""
    return answer(changed=email_change.confirm(body["token"]))


@blp.endpoint("PATCH", "/me", body=Profile, returns=account_schemas.Me, limit=WRITE)
def change_me(body: Body) -> Response:
    """Change your profile."""
    version = etags.expected(body.pop("expected_version"))
    return user_answer(account_service.change_profile(current(), body, version))


@blp.endpoint(
    "POST", "/deactivate", body=account_schemas.KnownPassword, returns=account_schemas.Done, limit=LOGIN
)
def deactivate(body: Body) -> Response:
    """Deactivate your account until you log in again."""
    account_service.deactivate(current(), body["password"], etags.expected(body["expected_version"]))
    return answer()


@blp.endpoint("DELETE", "/me", body=account_schemas.KnownPassword, returns=account_schemas.Done, limit=LOGIN)
def delete_me(body: Body) -> Response:
    """Delete your account and your personal data for good."""
    erasure.erase(current(), body["password"], etags.expected(body["expected_version"]))
    return answer()


@blp.endpoint("GET", "/export", returns=account_schemas.Export, limit=EXPORTS)
def get_export() -> Response:
    """Export all data about you as one document."""
    chunks = export.begin(current())
    response = Response(stream_with_context(chunks), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="metaia-export.json"'
    return response


def user_answer(person: Person) -> Response:
    """Return the answer that contains a user, with the version as ETag."""
    return answer_versioned(person.version, user=user_presenters.user(person))


def _request_link(purpose: str, body: Body) -> Response:
    """Request a link. The answer is the same whether an account with the address exists or not."""
    mailed_links.request_link(purpose, body["email"])
    return answer(status=202, message=REQUESTED)
