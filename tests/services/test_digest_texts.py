"""What a digest says first: its subject, the order of its tasks, and each task once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.composing import DAY, SETTINGS, composed
from tests.services.digest_cases import ANNUAL, MID_TERM, entry, line
from tests.services.notice_cases import COMPULSORY, PRESCHOOL, VOCATIONAL
from tracker.i18n import CHINESE, ENGLISH
from tracker.outbox.composition import compose


def test_late_tasks_come_first_and_the_nearest_day_after_them() -> None:
    texts = composed("digest-everything", CHINESE)
    places = [texts.text.index(words) for words in ("== 逾期", "== 未签收", "== 中期评估", "== 自身期限", "年度监测")]
    assert places == sorted(places)
    assert texts.subject == "【韶关】6项任务，其中2项逾期，最近一项明天8月31日（周四）到期"


def test_a_task_stands_once_with_its_one_next_step() -> None:
    text = composed("digest-everything", CHINESE).text
    assert [text.count(f"{ref}  ") for ref in ("27", "28", "29")] == [1, 1, 1]
    assert text.index("== 未签收") < text.index("27  ") < text.index("== 中期评估")


@pytest.mark.parametrize(
    ("entries", "chinese", "english"),
    [
        (
            [
                entry(
                    "report_due", "2023-08-31", 1, 1, [line(COMPULSORY), line(PRESCHOOL), line(VOCATIONAL)], **MID_TERM
                )
            ],
            "【韶关】3项任务，最近一项明天8月31日（周四）到期",
            "[韶关] 3 tasks, the nearest due tomorrow, Thursday 31 August",
        ),
        (
            [entry("report_due", "2023-09-07", 6, 7, [line(COMPULSORY), line(PRESCHOOL)], **MID_TERM)],
            "【韶关】2项任务，最近一项9月7日（周四）到期",
            "[韶关] 2 tasks, the nearest due Thursday 7 September",
        ),
        (
            [entry("deadline", "2023-08-30", 0, 0, [line(COMPULSORY)])],
            "【韶关】1项任务，今天8月30日（周三）到期",
            "[韶关] 1 task, due today, Wednesday 30 August",
        ),
        (
            [entry("round_opens", "2023-08-30", 0, 0, [line(COMPULSORY)], **ANNUAL)],
            "【韶关】1项任务，2024年1月31日（周三）到期",
            "[韶关] 1 task, due Wednesday 31 January 2024",
        ),
        (
            [entry("overdue", "2023-08-29", -1, 1, [line(COMPULSORY)])],
            "【韶关】1项任务逾期",
            "[韶关] 1 task overdue",
        ),
        (
            [entry("unacknowledged", "2023-08-23", -5, 5, [line(COMPULSORY), line(PRESCHOOL)])],
            "【韶关】2项任务未签收",
            "[韶关] 2 tasks not acknowledged yet",
        ),
    ],
)
def test_the_subject_tells_the_count_and_the_nearest_day(entries: list[Any], chinese: str, english: str) -> None:
    context = {"day": "2023-08-30", "name": "市教育局 经办人", "instead_of": [], "entries": entries}
    for locale, subject in ((CHINESE, chinese), (ENGLISH, english)):
        assert compose("digest", context, locale=locale, day=DAY, settings=SETTINGS).subject == subject
