"""The sentences of a plan's pages, in the reader's language."""

from __future__ import annotations

from ...evaluations.lamps import Standing
from ...evaluations.rounds import ROUND_KIND_LABELS
from ...i18n import N_
from ...i18n_web import day, moment_day
from ..models import Indicator, Target
from .indicators import plain
from .listing import RoundCard
from .overview import Concern
from .speech import gettext as _
from .speech import ngettext

COMPARATOR_SIGNS = {">": "＞", ">=": "≥", "<": "＜", "<=": "≤", "=": "＝", "in_step_with": "≈"}
CLAUSE_LABELS = {
    **ROUND_KIND_LABELS,
    "monitoring": N_("Monitoring"),
    "third_party": N_("Third-party evaluation"),
    "survey": N_("Satisfaction survey"),
    "commendation": N_("Commendation"),
    "disclosure": N_("Public disclosure"),
}
INDICATOR_KIND_LABELS = {"binding": N_("Binding"), "anticipatory": N_("Anticipatory")}
CHIP_LABELS = {
    "all": N_("All"),
    "not_reported": N_("Not reported"),
    "to_verify": N_("To be verified"),
    "overdue": N_("Overdue"),
    "not_acknowledged": N_("Not acknowledged"),
    "verified": N_("Verified"),
}


def why(standing: Standing) -> str:
    """Why the lamp shows what it shows."""
    return standing.text(_, day)


def late_by(standing: Standing) -> str | None:
    """How long a task has been overdue, None where it is not."""
    if not standing.overdue or standing.days_left is None:
        return None
    if standing.days_left == 0:
        return _("Overdue")
    return ngettext("%(num)s working day overdue", "%(num)s working days overdue", -standing.days_left)


def concern(task: Concern) -> str:
    """Why a task needs attention, short enough to stand beside its lamp."""
    if task.kind == "silent":
        return ngettext("%(num)s working day not acknowledged", "%(num)s working days not acknowledged", task.days)
    return late_by(task.standing) or _("Not yet assigned")


def concern_detail(task: Concern) -> str:
    """What stands under the reason: which day passed, or since when the task waits."""
    if task.standing.overdue_since is not None:
        return _("Due on %(day)s, no report", day=day(task.standing.overdue_since))
    if task.kind == "silent":
        return _("Assigned on %(day)s", day=moment_day(task.row.entered_at))
    return _("No unit is responsible yet")


def round_sentence(card: RoundCard) -> str:
    """What matters now about a round."""
    if card.planned and card.days_left <= 0:
        return _("Opens once the plan is live")
    if card.planned:
        return ngettext("Opens in %(num)s working day", "Opens in %(num)s working days", card.days_left)
    if card.days_left > 0:
        return ngettext(
            "%(num)s working day until reports are due", "%(num)s working days until reports are due", card.days_left
        )
    if card.days_left == 0 and card.round_.state == "open":
        return _("Reports are due today")
    return _("Reports are no longer due; late ones are still taken")


def brief(text: str, limit: int = 90) -> str:
    """A task's text in a list: whole where it is short, else cut at the last mark that fits; its page has all."""
    if len(text) <= limit:
        return text
    cut = max(text.rfind(mark, 0, limit) for mark in "。；，、")
    return text[: cut if cut > 0 else limit] + "……"


def short_title(text: str, limit: int = 120) -> str:
    """A task's text as a heading: whole where it fits, else up to the first comma or full stop."""
    if len(text) <= limit:
        return text
    ends = [place for place in (text.find(mark) for mark in "。；，") if place > 0]
    return text[: min(ends)] if ends else brief(text, limit)


def goal_text(indicator: Indicator) -> str:
    """The target as printed, with its sign where that says more than the figure."""
    printed = indicator.target or "—"
    sign = COMPARATOR_SIGNS[indicator.comparator] if indicator.comparator in (">", "<") else ""
    return printed if printed.startswith((">", "<", "＞", "＜")) else sign + printed


def target_text(target: Target) -> str:
    """A target as a comparison: ≥ 2000 户."""
    return f"{COMPARATOR_SIGNS[target.comparator]}{plain(target.value)}{target.unit or ''}"
