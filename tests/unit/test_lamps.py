"""Overdue and the lamp, from a table written by hand out of docs/workflow.md.

The round is the mid-term evaluation of 2023, reports due on Thursday 2023-08-31.  Working days to it: 21 August 8,
22 August 7, 30 August 1.  2023-10-07 and 2023-10-08, a Saturday and a Sunday, are working days; 29 September to
6 October are free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tracker.evaluations.lamps import overdue_days, standing
from tracker.evaluations.reasons import DUE_REASONS
from tracker.i18n import CHINESE, ENGLISH, day_text, translations, translator
from tracker.plans.queries import TaskRow
from tracker.plans.schemas import ROUND_KINDS
from tracker.workdays.calendar import CHINA

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = "2023-08-31"


@dataclass(frozen=True)
class AnyRound:
    """What the lamp looks at of a round."""

    kind: str
    report_due_on: date


MID_TERM = AnyRound("mid_term", date.fromisoformat(DUE))


def local(day: str, at: time = time(9)) -> datetime:
    """An instant of a local day, in UTC."""
    return datetime.combine(date.fromisoformat(day), at, SHANGHAI).astimezone(UTC)


ROW = TaskRow(
    task_id=1,
    plan_id=1,
    ref="27",
    number="27",
    text="重点任务。",
    section_id=None,
    section=None,
    joint=False,
    state="in_progress",
    suspended_from=None,
    version=3,
    entered_at=local("2023-06-15"),
    dispatched_at=local("2023-06-15"),
    deadline=None,
    completion_verified=False,
    current_report_id=None,
    assignment_set_id=1,
    leads=(),
    supports=(),
)


def row(state: str, deadline: str | None = None, **values: object) -> TaskRow:
    """A task dispatched on 2023-06-15 unless ``values`` say otherwise."""
    own = date.fromisoformat(deadline) if deadline is not None else None
    return replace(ROW, state=state, deadline=own, **values)  # type: ignore[arg-type]


# (state, own deadline, in a round, today) -> (lamp, overdue since, nearest day, working days left)
TABLE = [
    # the round's day
    ("in_progress", None, True, "2023-06-16", ("green", None, DUE, 53)),
    ("in_progress", None, True, "2023-08-21", ("green", None, DUE, 8)),
    ("in_progress", None, True, "2023-08-22", ("yellow", None, DUE, 7)),
    ("in_progress", None, True, "2023-08-30", ("yellow", None, DUE, 1)),
    ("in_progress", None, True, "2023-08-31", ("yellow", None, DUE, 0)),
    ("in_progress", None, True, "2023-09-01", ("red", DUE, DUE, -1)),
    ("in_progress", None, True, "2023-10-25", ("red", DUE, DUE, -35)),
    ("awaiting_sign_off", None, True, "2023-08-21", ("green", None, DUE, 8)),
    ("awaiting_sign_off", None, True, "2023-08-31", ("yellow", None, DUE, 0)),
    ("awaiting_sign_off", None, True, "2023-09-01", ("red", DUE, DUE, -1)),
    ("assigned", None, True, "2023-09-01", ("red", DUE, DUE, -1)),
    # no round, no deadline
    ("in_progress", None, False, "2023-09-01", ("green", None, None, None)),
    ("in_progress", None, False, "2030-01-01", ("green", None, None, None)),
    # its own deadline; the nearer of both days counts
    ("in_progress", "2023-12-31", False, "2023-12-19", ("green", None, "2023-12-31", 8)),
    ("in_progress", "2023-12-31", False, "2023-12-20", ("yellow", None, "2023-12-31", 7)),
    ("in_progress", "2023-07-14", True, "2023-07-04", ("green", None, "2023-07-14", 8)),
    ("in_progress", "2023-07-14", True, "2023-07-05", ("yellow", None, "2023-07-14", 7)),
    ("in_progress", "2023-07-14", True, "2023-07-14", ("yellow", None, "2023-07-14", 0)),
    ("in_progress", "2023-07-14", True, "2023-07-15", ("red", "2023-07-14", "2023-07-14", 0)),
    ("in_progress", "2023-07-14", True, "2023-09-01", ("red", "2023-07-14", "2023-07-14", -35)),
    ("in_progress", "2023-12-29", True, "2023-08-22", ("yellow", None, DUE, 7)),
    ("in_progress", "2023-12-29", True, "2023-09-01", ("red", DUE, DUE, -1)),
    # free days: 28 September is the last working day before 7 October
    ("in_progress", "2023-10-08", False, "2023-09-28", ("yellow", None, "2023-10-08", 2)),
    ("in_progress", "2023-10-08", False, "2023-10-01", ("yellow", None, "2023-10-08", 2)),
    ("in_progress", "2023-10-08", False, "2023-10-07", ("yellow", None, "2023-10-08", 1)),
    ("in_progress", "2023-10-08", False, "2023-10-09", ("red", "2023-10-08", "2023-10-08", -1)),
    ("in_progress", "2023-10-01", False, "2023-09-28", ("yellow", None, "2023-10-01", 0)),
    ("in_progress", "2023-09-28", False, "2023-10-06", ("red", "2023-09-28", "2023-09-28", 0)),
    # still assigned after five working days: Thursday 15 June, then 16, 19, 20, 21 and, 22 to 24 being free, 25 June
    ("assigned", None, True, "2023-06-21", ("green", None, DUE, 50)),
    ("assigned", None, True, "2023-06-24", ("green", None, DUE, 50)),
    ("assigned", None, True, "2023-06-25", ("yellow", None, DUE, 49)),
    ("assigned", None, False, "2023-06-25", ("yellow", None, None, None)),
    ("in_progress", None, True, "2023-06-25", ("green", None, DUE, 49)),
    # what is not owed is never overdue
    ("reported", None, True, "2023-10-25", ("green", None, None, None)),
    ("reported", "2023-07-14", True, "2023-10-25", ("green", None, "2023-07-14", -69)),
    ("verified", None, True, "2023-10-25", ("green", None, None, None)),
    ("verified", "2023-12-29", True, "2023-12-28", ("green", None, "2023-12-29", 1)),
    ("pending_dispatch", "2023-07-14", True, "2023-10-25", ("none", None, None, None)),
    ("suspended", "2023-07-14", True, "2023-10-25", ("none", None, None, None)),
    ("closed_out", "2023-07-14", True, "2023-10-25", ("none", None, None, None)),
    ("terminated", "2023-07-14", True, "2023-10-25", ("none", None, None, None)),
]


@pytest.mark.parametrize(("state", "deadline", "in_round", "today", "expected"), TABLE)
def test_the_lamp_of_the_table(
    state: str,
    deadline: str | None,
    in_round: bool,
    today: str,
    expected: tuple[str, str | None, str | None, int | None],
) -> None:
    found = standing(row(state, deadline), date.fromisoformat(today), MID_TERM if in_round else None, SHANGHAI, CHINA)
    lamp, since, nearest, left = expected
    assert found.lamp == lamp
    assert found.overdue is (since is not None)
    assert found.overdue_since == (date.fromisoformat(since) if since is not None else None)
    assert found.nearest_due == (date.fromisoformat(nearest) if nearest is not None else None)
    assert found.days_left == left


def test_a_task_dispatched_after_the_report_day_is_not_measured_by_that_round() -> None:
    on_the_day = row("in_progress", dispatched_at=local(DUE, time(23, 59)))
    day_after = row("in_progress", dispatched_at=local("2023-09-01", time(0, 1)))
    assert standing(on_the_day, date(2023, 9, 4), MID_TERM, SHANGHAI, CHINA).lamp == "red"
    found = standing(day_after, date(2023, 9, 4), MID_TERM, SHANGHAI, CHINA)
    assert (found.lamp, found.overdue, found.nearest_due) == ("green", False, None)


def test_a_verified_completion_ends_the_deadline_but_not_the_round() -> None:
    done = row("in_progress", "2023-07-14", completion_verified=True)
    assert standing(done, date(2023, 8, 1), None, SHANGHAI, CHINA).lamp == "green"
    assert standing(done, date(2023, 8, 1), MID_TERM, SHANGHAI, CHINA).nearest_due == date(2023, 8, 31)
    assert standing(done, date(2023, 9, 1), MID_TERM, SHANGHAI, CHINA).overdue_since == date(2023, 8, 31)


def test_every_passed_day_is_named_the_first_one_first() -> None:
    both = row("in_progress", "2023-07-14")
    assert overdue_days(both, date(2023, 7, 14), MID_TERM, SHANGHAI) == []
    assert overdue_days(both, date(2023, 7, 15), MID_TERM, SHANGHAI) == [date(2023, 7, 14)]
    assert overdue_days(both, date(2023, 9, 1), MID_TERM, SHANGHAI) == [date(2023, 7, 14), date(2023, 8, 31)]
    assert overdue_days(row("reported", "2023-07-14"), date(2023, 9, 1), MID_TERM, SHANGHAI) == []


@pytest.mark.parametrize(
    ("task", "today", "english", "chinese"),
    [
        (
            row("in_progress"),
            "2023-08-24",
            "Mid-term report due on 31 August 2023, 5 working days left",
            "中期评估报告2023年8月31日截止，还有5个工作日",
        ),
        (row("in_progress"), "2023-08-31", "Mid-term report due today", "中期评估报告今天截止"),
        (
            row("in_progress"),
            "2023-10-25",
            "Mid-term report was due on 31 August 2023, 35 working days overdue",
            "中期评估报告应于2023年8月31日前上报，逾期35个工作日",
        ),
        (
            row("assigned"),
            "2023-06-25",
            "Not acknowledged for 5 working days",
            "已5个工作日未签收",
        ),
        (row("assigned"), "2023-08-30", "Mid-term report due on 31 August 2023, 1 working day left", None),
        (row("reported"), "2023-08-30", "Reported, waiting for verification", "已上报，等待核实"),
    ],
)
def test_the_lamp_says_why_in_both_languages(task: TaskRow, today: str, english: str, chinese: str | None) -> None:
    found = standing(task, date.fromisoformat(today), MID_TERM, SHANGHAI, CHINA)
    assert found.text(translator(ENGLISH), lambda day: day_text(day, ENGLISH)) == english
    if chinese is not None:
        assert found.text(translator(CHINESE), lambda day: day_text(day, CHINESE)) == chinese


def test_every_reason_has_its_chinese() -> None:
    assert {source for source, _ in DUE_REASONS} == {"deadline", *ROUND_KINDS}
    catalogue = translations(CHINESE)
    assert all(catalogue.ugettext(message) != message for message in DUE_REASONS.values())
