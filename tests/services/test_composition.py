"""Every mail in both languages: the plain text against a snapshot, the HTML parsed and its links followed to routes.

After a wanted change: ``python -m tests.services.test_composition`` writes the snapshots anew; read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jinja2 import UndefinedError

from tracker.config import ROOT, Settings
from tracker.i18n import CHINESE, ENGLISH, LOCALES
from tracker.outbox.composition import Texts, compose, short_title

SNAPSHOTS = Path(__file__).parent / "snapshots"
SETTINGS = Settings(secret_key="only for tests", base_url="https://tasks.example.org/")
DEMO = Settings(secret_key="only for tests", base_url="https://tasks.example.org", demo=True)
DAY = date(2023, 8, 30)
PLAN = {"plan": "韶关市“十四五”残疾人保障和发展规划", "region": "韶关", "slug": "shaoguan"}


def task(ref: str, text: str, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "text": text, "path": f"/plans/shaoguan/tasks/{ref}", **more}


COMPULSORY = task("27", "实施残疾儿童少年义务教育巩固提高项目，按“一人一案”安置。", leads=["市教育局"], deadline=None)
PRESCHOOL = task("28", "实施残疾幼儿学前康复教育发展项目。", leads=["市教育局", "市残联"], deadline="2023-12-29")
VOCATIONAL = task("29", "实施残疾人职业教育提升项目。")
THREE = (COMPULSORY, PRESCHOOL, VOCATIONAL)
OUTPATIENT = task("31", "推进残疾人家庭医生签约服务。")
RETURNED = {"day": "2023-08-22", "reason": "请补资源教师配备率的佐证材料。"}
ONE_TASK = {"task": PRESCHOOL, "actor": "残工委办公室 督查专员", **PLAN}


def entry(kind: str, target_on: str, days_left: int, step: int, tasks: list[dict[str, Any]], **more: Any) -> Any:
    unset = {"round_kind": None, "round_year": None, "report_due_on": None}
    return {
        "kind": kind,
        "target_on": target_on,
        "days_left": days_left,
        "step": step,
        "tasks": tasks,
        **unset,
        **PLAN,
        **more,
    }


def line(task: dict[str, Any], step: str = "report", part: str = "first_lead", below: str = "", **more: Any) -> Any:
    """A task of a digest with the reader's next step."""
    return {
        "ref": task["ref"],
        "text": task["text"],
        "path": task["path"] + below,
        "step": step,
        "part": part,
        "returned": None,
        **more,
    }


QUESTION = {"reason": "", "question": "请提供2023年拨付金额。", "actor": "市教育局 经办人"}
JIANGMEN = {"slug": "jiangmen", "region": "江门", "plan": "江门市残疾人事业发展“十四五”实施方案"}
MID_TERM = {"round_kind": "mid_term", "round_year": 2023, "report_due_on": "2023-08-31"}
ANNUAL = {"round_kind": "annual", "round_year": 2023, "report_due_on": "2024-01-31"}
HEADS = [f"system 512 {'0a' * 32}", f"plan:1 77 {'b1' * 32}"]
CONTEXTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dispatched": (
        "dispatched",
        {"tasks": [{**PRESCHOOL, "role": "lead"}, {**COMPULSORY, "role": "support"}], "actor": "system", **PLAN},
    ),
    "dispatched-to-support": (
        "dispatched",
        {"tasks": [{**COMPULSORY, "role": "support"}], "actor": "残工委办公室 督查专员", **PLAN},
    ),
    "returned": ("returned", {**ONE_TASK, "reason": "请补资源教师配备率的佐证材料。\n<b>第二点</b>：写明年份。"}),
    "returned-by-field": (
        "returned",
        {
            **ONE_TASK,
            "reason": "请修改后重新上报。",
            "fields": [
                {"label": "Progress in percent", "reason": "高于台账，请据实填报。"},
                {"label": "Evidence", "reason": "缺拨付凭证。"},
            ],
        },
    ),
    "terminated": ("terminated", {**ONE_TASK, "reason": "并入第27项。"}),
    "suspended": ("suspended", {**ONE_TASK, "reason": "上级政策调整，暂缓实施。"}),
    "resumed": ("resumed", ONE_TASK),
    "sign_off_asked": ("sign_off_asked", {**ONE_TASK, "actor": "市教育局 经办人"}),
    "reopened": ("reopened", {**ONE_TASK, "reason": "回头看：设施已损坏。"}),
    "released": ("released", {**ONE_TASK, "reason": "职责调整。"}),
    "declined": ("declined", {**ONE_TASK, "reason": "不属我局职责。", "actor": "市教育局 经办人"}),
    "decline_request": ("decline_request", {**ONE_TASK, "reason": "建议由市残联单独牵头。", "actor": "市残联 经办人"}),
    "extension_asked": (
        "extension_asked",
        {**ONE_TASK, "reason": "项目招标延后。", "by_leader": True, "old": "2023-12-29", "new": "2024-06-28"},
    ),
    "extension_accepted": (
        "extension_answered",
        {**ONE_TASK, "reason": "", "accepted": True, "old": "2023-12-29", "new": "2024-06-28"},
    ),
    "extension_refused": (
        "extension_answered",
        {**ONE_TASK, "reason": "年内必须完成。", "accepted": False, "old": "2023-12-29", "new": "2024-06-28"},
    ),
    "input_asked": ("input_asked", {**ONE_TASK, **QUESTION, "due_on": "2023-09-08"}),
    "input_answered": ("input_answered", {**ONE_TASK, **QUESTION, "unit": "市财政局", "answer": "已拨付120万元。"}),
    "mentioned": (
        "mentioned",
        {**ONE_TASK, "reason": "", "actor": "市残联 经办人", "comment": "请核对入园人数。"},
    ),
    "urged": ("urged", {**ONE_TASK, "reason": "请本周内上报。"}),
    "objection_raised": (
        "objection_raised",
        {**ONE_TASK, "reason": "名册已于8月10日报送。", "actor": "市教育局 经办人", "due": "2023-09-06"},
    ),
    "objection_upheld": ("objection_answered", {**ONE_TASK, "reason": "经核属实。", "upheld": True}),
    "objection_dismissed": ("objection_answered", {**ONE_TASK, "reason": "名册缺分县明细。", "upheld": False}),
    "activation": (
        "activation",
        {"name": "市教育局 经办人", "path": "/activate/abc", "hours": 168, "expires": "2023-09-06T01:00:00+00:00"},
    ),
    "reset": (
        "reset",
        {"name": "市教育局 经办人", "path": "/reset/abc", "hours": 1, "expires": "2023-08-30T02:00:00+00:00"},
    ),
    "digest-reports": (
        "digest",
        {
            "day": "2023-08-30",
            "name": "市教育局 经办人",
            "instead_of": [],
            "entries": [
                entry(
                    "report_due",
                    "2023-08-31",
                    1,
                    1,
                    [
                        line(COMPULSORY, "revise", below="/report", returned=RETURNED),
                        line(PRESCHOOL, below="/report"),
                        line(VOCATIONAL, "part", "lead", "/parts/5"),
                    ],
                    **MID_TERM,
                )
            ],
        },
    ),
    "digest-for-another": (
        "digest",
        {
            "day": "2023-08-21",
            "name": "市教育局 负责人",
            "instead_of": [{"name": "市教育局 经办人", "until": "2023-09-01"}],
            "entries": [
                entry("report_due", "2023-08-31", 8, 7, [line(PRESCHOOL, "sign_off", below="/sign_off")], **MID_TERM)
            ],
        },
    ),
    "audit_heads": ("audit_heads", {"day": "2023-08-30", "heads": HEADS, "plans": [PLAN["plan"], JIANGMEN["plan"]]}),
    "digest-with-heads": (
        "digest",
        {
            "day": "2023-10-31",
            "name": "残工委办公室 督查专员",
            "instead_of": [],
            "entries": [entry("verify_due", "2023-10-31", 0, 0, [line(COMPULSORY, "verify", "")], **MID_TERM)],
            "heads": HEADS,
        },
    ),
    "digest-everything": (
        "digest",
        {
            "day": "2023-08-30",
            "name": "市残联 经办人",
            "instead_of": [],
            "entries": [
                entry("report_due", "2023-08-31", 1, 1, [line(PRESCHOOL), line(COMPULSORY, "acknowledge")], **MID_TERM),
                entry("deadline", "2023-12-29", 83, 30, [line(PRESCHOOL)]),
                entry("deadline", "2023-10-13", 30, 30, [line(VOCATIONAL, "look", "lead")]),
                entry("unacknowledged", "2023-08-23", -5, 5, [line(COMPULSORY, "acknowledge")]),
                entry("overdue", "2023-07-31", -22, 4, [line(task("4", "完善残疾人两项补贴制度，动态调整标准。"))]),
                entry("overdue", "2023-08-29", -1, 1, [line(task("5", "提高社会救助水平。"))]),
                entry("round_opens", "2024-01-02", 84, 0, [line(OUTPATIENT)], **ANNUAL),
            ],
        },
    ),
    "digest-of-what-waits": (
        "digest",
        {
            "day": "2023-08-30",
            "name": "市教育局 负责人",
            "instead_of": [],
            "entries": [
                entry("input_request", "2023-08-31", 1, 1, [line(VOCATIONAL, "answer", "supporting", "/input/5")]),
                entry("sign_off", "2023-08-28", -2, 2, [line(COMPULSORY, "sign_off", below="/sign_off")]),
                entry("extension", "2023-08-23", -5, 5, [line(PRESCHOOL, "decide", below="/extension")]),
                entry("second_check", "2023-08-28", -2, 2, [line(OUTPATIENT, "second_check", "")]),
                entry("objection", "2023-08-30", 0, 0, [line(COMPULSORY, "answer", "", "/objections")]),
            ],
        },
    ),
    "digest-waits-alone": (
        "digest",
        {
            "day": "2023-08-30",
            "name": "市教育局 负责人",
            "instead_of": [],
            "entries": [entry("extension", "2023-08-28", -2, 2, [line(PRESCHOOL, "decide", below="/extension")])],
        },
    ),
    "digest-verification": (
        "digest",
        {
            "day": "2023-10-31",
            "name": "残工委办公室 督查专员",
            "instead_of": [],
            "entries": [
                entry("verify_due", "2023-10-31", 0, 0, [line(COMPULSORY, "first_check", "")], **MID_TERM),
                entry(
                    "verify_due", "2023-10-31", 0, 0, [line(COMPULSORY, "second_check", "")], **{**MID_TERM, **JIANGMEN}
                ),
            ],
        },
    ),
}
WEEK = {
    "first": "2023-08-21",
    "last": "2023-08-27",
    "reminders": 42,
    "mails": 30,
    "failed": ["市教育局 经办人"],
    "unreached": ["武江区政府", "曲江区政府"],
    "overdue": [
        {
            "ref": "28",
            "text": "推进适龄残疾儿童少年教育全覆盖，适龄残疾儿童少年义务教育入学率达到97%以上。",
            "path": "/plans/shaoguan/tasks/28",
            "since": "2023-07-20",
            "unit": "市教育局",
        }
    ],
    "more": 2,
    "plans": ["韶关市残疾人事业发展“十四五”规划"],
}
CONTEXTS["weekly_summary"] = ("weekly_summary", {"day": "2023-08-28", "week": WEEK})
CONTEXTS["digest-with-week"] = (
    "digest",
    {**CONTEXTS["digest-verification"][1], "week": {**WEEK, "mails": 0, "failed": [], "unreached": [], "more": 0}},
)
CASES = [(name, locale) for name in CONTEXTS for locale in LOCALES]


def composed(name: str, locale: str, settings: Settings = SETTINGS) -> Texts:
    template, context = CONTEXTS[name]
    return compose(template, context, locale=locale, day=DAY, settings=settings)


def snapshot(texts: Texts) -> str:
    return f"{texts.subject}\n{'=' * 60}\n{texts.text}"


class Page(HTMLParser):
    """The links, the words and the balance of a page."""

    VOID = frozenset({"meta", "br", "img", "hr", "input", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize(("name", "locale"), CASES)
def test_the_plain_text_is_the_snapshot(name: str, locale: str) -> None:
    assert snapshot(composed(name, locale)) == (SNAPSHOTS / f"{name}.{locale}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "locale"), CASES)
def test_the_html_is_whole_and_has_the_links_of_the_plain_text(name: str, locale: str) -> None:
    texts = composed(name, locale)
    page = Page(texts.html)
    assert page.links
    assert all(link.startswith("https://tasks.example.org/") for link in page.links), page.links
    assert {"img", "script", "link"}.isdisjoint(page.tags)
    assert sorted(set(page.links)) == sorted(set(re.findall(r"https://\S+", texts.text)))
    assert ('<html lang="en">' in texts.html) == (locale == ENGLISH)


def test_there_is_a_case_for_every_folder_of_mails() -> None:
    folders = {path.name for path in (ROOT / "templates/email").iterdir() if path.is_dir()}
    assert folders == {template for template, _ in CONTEXTS.values()}


def test_every_mail_leads_to_its_task_in_the_interface() -> None:
    for name in (
        "returned",
        "terminated",
        "suspended",
        "resumed",
        "sign_off_asked",
        "reopened",
        "released",
        "declined",
        "decline_request",
        "dispatched",
        "extension_asked",
        "extension_accepted",
        "input_asked",
        "input_answered",
        "mentioned",
        "urged",
        "objection_raised",
        "objection_upheld",
    ):
        paths = [urlsplit(link).path for link in Page(composed(name, CHINESE).html).links]
        assert "/plans/shaoguan/tasks/28" in paths, name


def test_what_people_typed_is_escaped_in_the_html() -> None:
    html = composed("returned", CHINESE).html
    assert "&lt;b&gt;第二点&lt;/b&gt;" in html
    assert "<b>第二点</b>" in composed("returned", CHINESE).text


def test_only_the_demo_names_its_day() -> None:
    assert "2023年8月30日" in composed("returned", CHINESE, DEMO).text
    assert "2023年8月30日" not in composed("returned", CHINESE).text


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


def test_a_name_that_the_context_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        compose("returned", {**PLAN}, locale=CHINESE, day=DAY, settings=SETTINGS)


def test_the_short_title_ends_at_the_first_pause() -> None:
    assert short_title("完善残疾人两项补贴制度，动态调整标准。") == "完善残疾人两项补贴制度"
    assert short_title("没有标点") == "没有标点"


def write_snapshots() -> None:
    """Write every snapshot anew."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for name, locale in CASES:
        (SNAPSHOTS / f"{name}.{locale}.txt").write_text(snapshot(composed(name, locale)), encoding="utf-8")


if __name__ == "__main__":
    write_snapshots()
