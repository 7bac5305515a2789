"""A draft, and an import, in lines for a person at the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..i18n import N_
from .importing import Report, said
from .matching import UnitMatch
from .revision import KINDS, Change, Difference
from .workbook import COLUMNS, RowFault

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
    if report.difference is not None:
        lines += _difference_lines(report, report.difference, translate)
    lines += [
        f"{warning['line']}: {warning['message']}" if warning["line"] is not None else str(warning["message"])
        for warning in report.warnings
    ]
    lines += [translate(doubt.message, **doubt.values) for doubt in report.doubts]
    if report.dry_run:
        lines.append(translate(N_("Nothing was written: this was a dry run.")))
    return lines


def _difference_lines(report: Report, found: Difference, translate: Translate) -> list[str]:
    lines = [f"{change.ref}\t{translate(KINDS[change.kind])}\t{_words(change)}" for change in found.changes]
    if found.renumbered:
        lines.append(
            translate(
                N_("Tasks known by their texts under another number, which keep theirs: %(count)s"),
                count=len(found.renumbered),
            )
        )
    applied = report.applied
    if applied is not None:
        lines += [
            translate(N_("Left: %(ref)s: %(why)s"), ref=change.ref, why=said(why, values, translate))
            for change, why, values in applied.left
        ]
    if not found:
        lines.append(translate(N_("%(slug)s is there already and the document changes nothing."), slug=report.slug))
    elif applied is None:
        lines.append(
            translate(
                N_(
                    "%(slug)s is there already. The document changes it in %(count)s places; nothing was changed."
                    " Apply all of them with --apply-revision."
                ),
                slug=report.slug,
                count=len(found.changes),
            )
        )
    else:
        lines.append(
            translate(
                N_("%(slug)s: %(done)s changes applied, %(left)s left."),
                slug=report.slug,
                done=len(applied.done),
                left=len(applied.left),
            )
        )
    return lines


def _words(change: Change) -> str:
    """One change in one line; in a reworded text what goes stands in [-…-] and what comes in {+…+}."""
    if change.kind == "reworded":
        marks = {"equal": "%s", "delete": "[-%s-]", "insert": "{+%s+}"}
        return "".join(marks[operation] % text for operation, text in change.segments)
    return f"{_side(change.before)} → {_side(change.after)}"


def _side(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value or "-")
    if "leads" in value:
        leads, supports = "、".join(value["leads"]) or "-", "、".join(value["supports"])
        return f"{leads}; {supports}" if supports else leads
    return value["deadline"] or value["words"] or "-"


def draft_lines(draft: Mapping[str, Any], translate: Translate) -> list[str]:
    """A draft in the shape of ``plans read`` in short: its head, what was counted, its doubts."""
    period = draft["period"]
    head = (
        (N_("Document number"), draft["document_number"]),
        (N_("Issuer"), draft["issuer"]),
        (N_("Issued on"), draft["issued_on"]),
        (N_("Region"), draft["region"]),
        (N_("Period"), f"{period[0]}-{period[1]}" if period else None),
        (N_("Key tasks"), len(draft["tasks"])),
        (N_("Lead units"), sum(len(task["leads"]) for task in draft["tasks"])),
        (N_("Supporting units"), sum(len(task["supports"]) for task in draft["tasks"])),
        (N_("Indicators"), len(draft["indicators"])),
        (N_("Projects"), len(draft["projects"])),
        (N_("Units"), len(draft["units"])),
        (N_("Warnings"), len(draft["warnings"])),
    )
    lines = [draft["title"], *(f"{translate(label)}: {value if value is not None else '-'}" for label, value in head)]
    return lines + [f"{entry['line'] or '-'}: {entry['message']}" for entry in draft["warnings"]]


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


def fault_rows(faults: Sequence[RowFault], translate: Translate) -> list[dict[str, Any]]:
    """What is wrong in the rows of an exported workbook, JSON-ready."""
    return [
        {"row": fault.row, "column": COLUMNS[fault.column], "problem": translate(fault.message, **fault.values)}
        for fault in faults
    ]


def fault_lines(faults: Sequence[RowFault], translate: Translate) -> list[str]:
    """One line a cell that cannot be taken."""
    return [translate(N_("Row %(row)s, %(column)s: %(problem)s"), **entry) for entry in fault_rows(faults, translate)]
