"""`flask reseal`: after a change of SECRET_KEY, encrypt stored secrets again, so that the old key can be dropped."""

from __future__ import annotations

import click

from metaia.admin.cli_actor import cli_actor, with_one_line_errors
from metaia.auth.second_factor import reencrypt
from metaia.core import db
from metaia.core.audit import log as audit_log


@click.command("reseal")
@with_one_line_errors
def reseal() -> None:
    """Encrypt with SECRET_KEY what a key of SECRET_KEY_PREVIOUS has encrypted."""
    counts = reencrypt.reencrypt_all()
    actor = cli_actor()
    with db.transaction():
        after = {"resealed": counts.reencrypted, "lost": counts.lost}
        audit_log.record("keys.resealed", user=(actor.id, actor.role), after=after)
    click.echo(f"encrypted {counts.reencrypted} secrets again with SECRET_KEY")
    if counts.lost:
        raise click.ClickException(f"{counts.lost} second factors are lost: no key decrypts them")
