"""An import in lines for a person at the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..i18n import N_
from .importing import Report
from .matching import UnitMatch

Translate = Callable[..., str]


def lines_of(report: Report, translate: Translate) -> list[str]:
    """What was done, or would be."""
    lines = []
    if report.is_new:
        if report.new_region:
            lines.append(translate(N_("New region: %(region)s"), region=report.region))
        if report.created:
            lines.append(
                translate(
                    N_("New units (%(count)s): %(names)s"), count=len(report.created), names="、".join(report.created)
                )
            )
        lines += [
            translate(N_("“%(name)s” is %(unit)s."), name=match.name, unit=match.unit or "") for match in report.taught
        ]
        lines.append(
            translate(
                N_("%(slug)s: %(title)s, %(tasks)s tasks, %(rounds)s rounds, supervised by %(unit)s; not live yet."),
                slug=report.slug,
                title=report.title,
                tasks=report.tasks,
                rounds=len(report.rounds),
                unit=report.supervising_unit,
            )
        )
    lines += [
        f"{warning['line']}: {warning['message']}" if warning["line"] is not None else str(warning["message"])
        for warning in report.warnings
    ]
    lines += [translate(doubt.message, **doubt.values) for doubt in report.doubts]
    if report.dry_run:
        lines.append(translate(N_("Nothing was written: this was a dry run.")))
    return lines


def unknown_lines(matches: Sequence[UnitMatch], translate: Translate) -> list[str]:
    """One line a name that leads nowhere, with the units that are most like it."""
    return [
        translate(
            N_("%(name)s: no such unit. Nearest: %(nearest)s"),
            name=match.name,
            nearest="、".join(f"{entry.unit} ({entry.score})" for entry in match.nearest) or "-",
        )
        for match in matches
    ]
