"""`flask audit …`: whether the audit log is what it was."""

from __future__ import annotations

import click

from metaia.admin.cli_actor import in_one_line
from metaia.core.audit import chain as audit_chain
from metaia.core.audit.chain import EMPTY, Head


class _HeadType(click.ParamType[Head]):
    name = "number:hash"

    def convert(self, value: str | Head, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        try:
            return value if isinstance(value, Head) else Head.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group("audit")
def audit() -> None:
    """Check the audit log."""


@audit.command("head")
@in_one_line
def _head() -> None:
    """Print number and hash of the last entry, to be kept elsewhere, for `audit verify --head`."""
    click.echo(audit_chain.head())


@audit.command("verify")
@click.option("--head", "kept", type=_HeadType(), default=EMPTY, help="what `audit head` said earlier")
@in_one_line
def _verify(kept: Head) -> None:
    """Go through the whole audit log; exit code 1 if an entry was changed, taken out or slipped in."""
    last, problem = audit_chain.verify(kept)
    if problem is not None:
        raise click.ClickException(f"{problem}; {last.number} entries before it hold")
    click.echo(
        f"{last.number} entries hold, {audit_chain.unsealed_count()} wait for their number; head {last}"
    )
