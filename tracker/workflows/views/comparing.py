"""A report beside what it is measured by: its last version, and the pace due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...i18n import N_
from ...plans.views.speech import gettext as _
from ...plans.views.speech import ngettext
from ...reporting.differences import Piece, difference
from ...reporting.models import ProgressReport
from ...web.errors import FIELD_LABELS
from .forms import report_values

TEXTS = ("done", "problems", "next_steps")
SHORT = (
    "progress",
    "completion_claimed",
    "evidence",
    "indicator_id",
    "measured_value",
    "measured_year",
    "measured_source",
)
OTHER_LABELS = {"completion_claimed": N_("Is the task completed?"), "indicator_id": N_("Indicator of the plan")}


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a report against the version before.  ``text``: in paragraphs, else short."""

    label: str
    pieces: list[Piece]
    text: bool


def version_before(reports: Sequence[ProgressReport]) -> ProgressReport | None:
    """The version that the newest one (``reports`` are newest first) takes the place of; None where it is the first."""
    if len(reports) > 1 and reports[0].sequence == reports[1].sequence:
        return reports[1]
    return None


def compared(old: ProgressReport, new: ProgressReport) -> list[Compared]:
    """The texts of ``new``, each as it came from ``old``; of the short fields those that changed."""
    before, after = _said(old), _said(new)
    fields = [name for name in TEXTS if before[name] or after[name]]
    fields += [name for name in SHORT if before[name] != after[name]]
    return [Compared(_label(name), difference(before[name], after[name]), name in TEXTS) for name in fields]


def _label(name: str) -> str:
    return _(OTHER_LABELS[name] if name in OTHER_LABELS else FIELD_LABELS[name])


def _said(report: ProgressReport) -> dict[str, str]:
    claim = _("Completed") if report.completion_claimed else _("Still going on")
    indicator = report.indicator.name if report.indicator is not None else ""
    return {**report_values(report), "completion_claimed": claim, "indicator_id": indicator}


def pace_words(progress: int | None, due: int) -> str:
    """The pace due in a sentence, and how far the progress (percent; None: nothing reported) is from it."""
    if progress is None:
        return _("pace due %(due)s%%", due=due)
    if progress == due:
        return _("pace due %(due)s%%: on it", due=due)
    apart = abs(progress - due)
    if progress < due:
        return ngettext(
            "pace due %(due)s%%: %(num)s point behind", "pace due %(due)s%%: %(num)s points behind", apart, due=due
        )
    return ngettext(
        "pace due %(due)s%%: %(num)s point ahead", "pace due %(due)s%%: %(num)s points ahead", apart, due=due
    )
