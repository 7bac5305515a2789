"""What is said about time, with truth written by hand (cases/deadlines.txt), and every task of the five plans."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.intake.seeds import seed_tasks
from tracker.intake.deadlines import Period, read_deadline

CASES = Path(__file__).parent / "cases" / "deadlines.txt"


def cases() -> list[tuple[str, Period, date | None, str | None, int]]:
    """The lines of cases/deadlines.txt."""
    found: list[tuple[str, Period, date | None, str | None, int]] = []
    for line in CASES.read_text(encoding="utf-8").splitlines()[1:]:
        text, years, day, words, *doubts = (part.strip() for part in line.split("|"))
        period = (int(years[:4]), int(years[5:])) if years else None
        count = int(doubts[0]) if doubts and doubts[0] else 0
        found.append((text, period, date.fromisoformat(day) if day else None, words or None, count))
    return found


@pytest.mark.parametrize(("text", "period", "day", "words", "doubts"), cases())
def test_the_day_and_the_words_are_read(
    text: str, period: Period, day: date | None, words: str | None, doubts: int
) -> None:
    found = read_deadline(text, period, line=3)
    assert (found.day, found.words) == (day, words)
    assert [doubt.line for doubt in found.doubts] == [3] * doubts


def test_the_tasks_of_the_five_plans_have_the_deadlines_of_seed_tasks() -> None:
    for task in seed_tasks():
        found = read_deadline(task["text"], (2021, 2025))
        due = date.fromisoformat(task["deadline"]) if task["deadline"] else None
        assert (found.day, found.words, found.doubts) == (due, None, ()), task["ref"]


def test_the_last_day_of_the_plan_is_a_deadline_where_the_document_gives_the_time_and_none_in_running_text() -> None:
    period = (2021, 2025)
    assert read_deadline("2025年12月底前", period, told=True).day == date(2025, 12, 31)
    assert read_deadline("到2025年，覆盖率达到90%以上，基本公共服务体系更加完善。", period).day is None
    assert read_deadline("2025年底前建成。", period).day is None
    assert read_deadline("2026年底", period, told=True).day is None
