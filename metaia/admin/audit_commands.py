"""`flask audit …`: check that no entry of the audit log was changed, removed or inserted."""

from __future__ import annotations

import click

from metaia.admin.cli_actor import with_one_line_errors
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
@with_one_line_errors
def _head() -> None:
    """Print number and hash of the last entry: store them elsewhere, for `audit verify --head`."""
    click.echo(audit_chain.head())


@audit.command("verify")
@click.option("--head", "stored", type=_HeadType(), default=EMPTY, help="an earlier output of `audit head`")
@with_one_line_errors
def _verify(stored: Head) -> None:
    """Verify the whole audit log; exit code 1 if an entry was changed, removed or inserted."""
    last, problem = audit_chain.verify(stored)
    if problem is not None:
        raise click.ClickException(f"{problem}; {last.number} entries before it hold")
    click.echo(
        f"{last.number} entries hold, {audit_chain.unsealed_count()} wait for their number; head {last}"
    )
