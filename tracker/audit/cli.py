"""Commands of the audit."""

from __future__ import annotations

from pathlib import Path

import click

from ..access import SYSTEM
from ..cli import command_errors, mistakes_only
from ..clock import business_now
from ..db import db, transaction
from ..errors import InvalidInput
from ..i18n import N_
from ..plans.cli import plan_named
from . import SYSTEM_CHAIN, plan_chain
from .checking import broken_chains, heads_in
from .commands import note_export
from .queries import exported

SCRIPT = Path(__file__).with_name("verify_audit.py")
UNREADABLE = N_("%(file)s cannot be read (%(reason)s).")
UNWRITABLE = N_("%(file)s cannot be written (%(reason)s).")


@click.group()
def audit() -> None:
    """The audit's hash chains."""


@audit.command()
@click.option(
    "--heads", "files", type=click.Path(path_type=Path), multiple=True, help="Heads kept elsewhere; may be repeated."
)
@command_errors
def verify(files: tuple[Path, ...]) -> None:
    """Check every chain; exit code 0 only if all hold.

    --heads: the file of daily heads, or the text of a mail that bore some.  A chain that does not have them was cut or
    written anew.
    """
    try:
        outside = [head for file in files for head in heads_in(file.read_text(encoding="utf-8"))]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise InvalidInput(message=UNREADABLE, file=", ".join(map(str, files)), reason=reason) from error
    broken = broken_chains(db.session, outside)
    for chain, seq in broken:
        click.echo(f"{chain}: broken at entry {seq}", err=True)
    if broken:
        raise SystemExit(1)
    click.echo("every chain holds" + (f", with {len(outside)} heads from outside" if files else ""))


@audit.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file.")
@click.option("--plan", "slug", help="The chain of this plan alone.")
@command_errors
def export(output: Path, slug: str | None) -> None:
    """Write the chains as JSON lines, one entry a line, for “audit script”.  The export is an entry itself."""
    chain = plan_chain(plan_named(slug).id) if slug is not None else None
    with transaction() as session:
        note_export(session, SYSTEM, business_now(session), chain=chain or SYSTEM_CHAIN, whole=chain is None)
    try:
        with output.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(exported(db.session, [chain] if chain is not None else None))
    except OSError as error:
        raise InvalidInput(message=UNWRITABLE, file=str(output), reason=error.strerror) from error


@audit.command()
@mistakes_only
def script() -> None:
    """Print verify_audit.py, which checks an export and needs nothing but Python."""
    click.echo(SCRIPT.read_text(encoding="utf-8"), nl=False)


commands: list[click.Command] = [audit]
