"""`flask reseal`: after a change of SECRET_KEY, encrypt stored secrets again, so that the old key can be dropped."""

from __future__ import annotations

import click

from metaia.admin.cli_actor import cli_actor, with_one_line_errors
from metaia.auth.second_factor import reencrypt
from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.finance.payout_accounts import sealed
from metaia.webhook_endpoints import sealed as endpoint_secrets


@click.command("reseal")
@with_one_line_errors
def reseal() -> None:
    """Encrypt with SECRET_KEY what a key of SECRET_KEY_PREVIOUS has encrypted."""
    factors = reencrypt.reencrypt_all()
    accounts, lost_accounts = sealed.reencrypt_all()
    endpoints, lost_endpoints = endpoint_secrets.reencrypt_all()
    done = factors.reencrypted + accounts + endpoints
    lost = factors.lost + lost_accounts + lost_endpoints
    actor = cli_actor()
    with db.transaction():
        after = {"resealed": done, "lost": lost}
        audit_log.record("keys.resealed", user=(actor.id, actor.role), after=after)
    click.echo(f"encrypted {done} secrets again with SECRET_KEY")
    if lost:
        which = f"{factors.lost} second factors, {lost_accounts} payout accounts, {lost_endpoints} secrets of endpoints"
        raise click.ClickException(f"{which} are lost: no key decrypts them")
