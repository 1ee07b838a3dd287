"""`flask reseal`: the step of an exchange of keys after which nothing is sealed with the old one."""

from __future__ import annotations

import click

from metaia.admin.cli_actor import in_one_line, operator
from metaia.auth.second_factor import reencrypt
from metaia.core import db
from metaia.core.audit import log as audit_log


@click.command("reseal")
@in_one_line
def reseal() -> None:
    """Seal with SECRET_KEY what one of SECRET_KEY_PREVIOUS has sealed."""
    counts = reencrypt.reseal()
    who = operator()
    with db.transaction():
        after = {"resealed": counts.done, "lost": counts.lost}
        audit_log.record("keys.resealed", user=(who.id, who.role), after=after)
    click.echo(f"sealed {counts.done} anew with SECRET_KEY")
    if counts.lost:
        raise click.ClickException(f"{counts.lost} second factors are lost: no key opens them")
