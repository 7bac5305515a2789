"""The annex goes out as a workbook and comes back: unchanged it changes nothing, edited it shows exactly the edits."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, load_seed, make_city, task_entry
from tests.services.command_line import Ran, invoke
from tests.services.test_seed import dump
from tracker.access import SYSTEM
from tracker.db import transaction
from tracker.exchange.annex import annex_rows
from tracker.exchange.files import annex_csv, annex_workbook
from tracker.i18n import CHINESE, translator
from tracker.intake.bookdraft import draft_of_book
from tracker.intake.revision import Difference, difference
from tracker.intake.settling import Choices
from tracker.intake.workbook import is_exported, names_in, read_workbook
from tracker.plans.files import SEED_TASKS, SLUGS
from tracker.plans.models import Plan
from tracker.workflows.commands import go_live

FIRST = 3
"""The row of the first task."""


def exported(session: Session, plan: Plan) -> bytes:
    """The plan as a workbook."""
    return annex_workbook(plan, annex_rows(session, plan, translator(CHINESE)))


def back(session: Session, plan: Plan, content: bytes) -> Difference:
    """The difference that a workbook makes, without any fault of a row."""
    draft, faults = draft_of_book(session, plan, read_workbook(content), Choices())
    assert faults == []
    return difference(session, plan, draft)


def edited(content: bytes, edit: Callable[[Worksheet], object]) -> bytes:
    """The workbook as somebody changed and saved it."""
    book: Workbook = load_workbook(io.BytesIO(content))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: str, value: Any) -> Callable[[Worksheet], object]:
    """An edit of one cell."""

    def edit(sheet: Worksheet) -> None:
        sheet[cell].value = value

    return edit


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("live", [False, True])
def test_unchanged_it_changes_nothing(session: Session, slug: str, live: bool) -> None:
    plan = load_seed(session, slug)
    if live:
        go_live(session, SYSTEM, NOW, slug=slug)
    content = exported(session, plan)
    for bytes_ in (content, edited(content, lambda sheet: None)):
        assert is_exported(bytes_)
        found = back(session, plan, bytes_)
        assert (found.changes, found.renumbered) == ((), ())
        assert len(found.pairs) == len(plan.tasks)


def test_everything_odd_about_a_task_comes_back_as_it_was(session: Session) -> None:
    city = make_city(session, [
        task_entry("1", ["市民政局", "市教育局"], joint=True, deadline="2023-12-31",
                   deadline_words="2023年底前", text="=1+1"),
        task_entry("2", ["市民政局"], ["各县（市、区）政府", "市财政局"], others=["市财政局"],
                   deadline_words="2023年底前"),
        task_entry("3", section="保障", remark="+新增", text="-下降\n@至5%。"),
        task_entry("4", ["市残联"], text="https://example.test 建网站。"),
    ])  # fmt: skip
    city.go_live(session)
    city.do(session, "supervisor", "2", "reassign", reason="机构改革", leads=city.unit_ids("市教育局"), supports=[])
    city.do(session, "supervisor", "4", "terminate", reason="合并")
    content = exported(session, city.plan)
    assert back(session, city.plan, content).changes == ()
    draft, _ = draft_of_book(session, city.plan, read_workbook(content), Choices())
    assert [task["joint"] for task in draft["tasks"]] == [True, False, False, False]
    assert [task["text"] for task in draft["tasks"][::2]] == ["=1+1", "-下降\n@至5%。"]
    assert [str(task["deadline"]) for task in draft["tasks"][:2]] == ["2023-12-31", "None"]


EDITS: dict[str, tuple[Callable[[Worksheet], object], list[str]]] = {
    "text": (put("C3", "改写后的重点任务。"), ["1:reworded"]),
    "lead": (put("D4", "市体育局"), ["2:reassigned"]),
    "supports": (put("E4", "市财政局，市体育局"), ["2:reassigned"]),
    "supports taken out": (put("E4", None), ["2:reassigned"]),
    "a date": (put("F5", NOW.replace(tzinfo=None, month=9, hour=0)), ["3:date_moved"]),
    "a date as text": (put("F5", "2024年6月底前"), ["3:date_moved"]),
    "words": (put("F5", "长期坚持"), ["3:date_moved"]),
    "the year of the plan's end": (put("F5", "到2025年"), ["3:date_moved"]),
    "section": (put("A5", "保障"), ["3:moved"]),
    "remark": (put("I5", "新增"), ["3:remark"]),
    "state and progress": (lambda sheet: (put("G3", "已核实")(sheet), put("H3", "100%")(sheet)), []),
    "sorted": (lambda sheet: sheet.move_range("A3:K3", rows=9), []),
    "a row taken out": (lambda sheet: sheet.delete_rows(4), ["2:removed"]),
    "a row put in": (lambda sheet: [put(cell, value)(sheet) for cell, value in
                                    {"B7": "5", "C7": "新任务。", "D7": "市残联"}.items()], ["new:5"]),
    "a note below": (put("A9", "注：排在首位的为牵头单位。"), []),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_exactly_the_edits_are_the_difference(session: Session, what: str) -> None:
    edit, wanted = EDITS[what]
    city = make_city(session)
    content = edited(exported(session, city.plan), edit)
    assert [change.key for change in back(session, city.plan, content).changes] == wanted


def test_a_number_that_was_edited_is_said_and_stays(session: Session) -> None:
    city = make_city(session)
    found = back(session, city.plan, edited(exported(session, city.plan), put("B3", "7")))
    assert (found.changes, found.renumbered) == ((), (("1", "1", "7"),))


def test_state_and_progress_are_those_of_today(session: Session) -> None:
    city = make_city(session)
    city.go_live(session)
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "report", **REPORT)
    sheet = load_workbook(io.BytesIO(exported(session, city.plan))).worksheets[0]
    assert [cell.value for cell in sheet[2]][:9] == [
        "章节", "序号", "重点任务", "牵头单位", "配合单位", "完成时限", "状态", "进展", "备注"
    ]  # fmt: skip
    assert [sheet["G3"].value, sheet["H3"].value, sheet["G6"].value] == ["已上报", "50% 已完成半年任务。", "待交办"]
    kept = sheet.column_dimensions["J"]
    assert (kept.hidden, kept.min, kept.max) == (True, 10, 11)


def test_no_text_becomes_a_formula(session: Session) -> None:
    texts = ["=HYPERLINK(1)", "+1", "-1", "@x", "平常"]
    city = make_city(session, [task_entry(str(n), text=text) for n, text in enumerate(texts, 1)])
    sheet = load_workbook(io.BytesIO(exported(session, city.plan))).worksheets[0]
    assert {sheet.cell(row, 3).data_type for row in range(FIRST, FIRST + 5)} == {"s"}
    content = annex_csv(annex_rows(session, city.plan, translator(CHINESE)))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["重点任务"] for row in rows] == ["'=HYPERLINK(1)", "'+1", "'-1", "'@x", "平常"]


@pytest.mark.parametrize(
    ("cell", "names", "others"),
    [
        ("市残联、各县（市、区）政府", ["市残联", "各县（市、区）政府"], []),
        ("市残联等，\n市教育局;", ["市残联", "市教育局"], ["市残联"]),
        ("各县(市、区)政府、 市 残联", ["各县(市、区)政府", "市残联"], []),
        ("", [], []),
    ],
)
def test_a_cell_of_units_is_taken_apart(cell: str, names: list[str], others: list[str]) -> None:
    assert names_in(cell) == (names, others)


# On the command line


def command(app: Flask, slug: str, kind: str, path: Path) -> Ran:
    """``plans export``."""
    return invoke(app, "plans", "export", slug, "--format", kind, "-o", str(path))


def plan_tables(url: str) -> dict[str, object]:
    """Every table but the audit, which notes each export."""
    return {name: rows for name, rows in dump(url).items() if not name.startswith("audit_")}


def test_all_five_come_back_unchanged_on_the_command_line(app: Flask, database_url: str, tmp_path: Path) -> None:
    assert invoke(app, "seed").code == 0
    before = plan_tables(database_url)
    for slug in SLUGS:
        path = tmp_path / f"{slug}.xlsx"
        assert command(app, slug, "xlsx", path).code == 0
        told = invoke(app, "plans", "import", str(path), "--region", slug, "--apply-revision", "--json").json()
        assert (told["slug"], told["changes"], told["renumbered"], told["written"]) == (slug, [], [], False)
    assert plan_tables(database_url) == before


def test_rows_that_cannot_be_taken_come_back_marked(app: Flask, database_url: str, tmp_path: Path) -> None:
    with app.app_context(), transaction() as session:
        city = make_city(session)
        content = exported(session, city.plan)

    def spoil(sheet: Worksheet) -> None:
        for cell, value in {
            "D3": "市水务局", "F4": "2023-13-45", "E5": "市民政局、市财政局", "C6": None, "B6": "=1+1",
            "B7": "9", "C7": "抄来的一行", "J7": "2", "F5": "2031-01-01", "D4": "韶关市残联、市教育局",
        }.items():  # fmt: skip
            sheet[cell].value = value

    path, marked = tmp_path / "edited.xlsx", tmp_path / "marked.xlsx"
    path.write_bytes(edited(content, spoil))
    before = plan_tables(database_url)
    args = ("plans", "import", str(path), "--region", "shaoguan", "--apply-revision", "--annotate", str(marked))
    failed = invoke(app, *args)
    assert (failed.code, failed.out) == (1, "")
    assert plan_tables(database_url) == before
    sheet = load_workbook(marked).worksheets[0]
    assert sheet["L2"].value == "问题 Problem"
    problems = {row: sheet.cell(row, 12).value for row in range(FIRST, 8)}
    assert None not in problems.values(), problems
    assert [text.split("：")[0] for text in problems.values()] == ["牵头单位", "完成时限", "配合单位", "序号", "序号"]
    assert "市水务局" in problems[3]
    assert problems[5].count("\n") == 1  # the deadline after the plan's end is another
    assert problems[6].count("\n") == 1
    filled = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "00FFC7CE"}
    assert filled == {"D3", "F4", "E5", "F5", "C6", "B6", "B7"}
    assert len(failed.err.splitlines()) == 8

    def mend(sheet: Worksheet) -> None:
        for cell, value in {"D3": "市民政局", "F4": None, "E5": "市财政局", "F5": None, "B6": "4", "J7": None,
                            "C6": "第4项重点任务。"}.items():  # fmt: skip
            sheet[cell].value = value

    path.write_bytes(edited(marked.read_bytes(), mend))
    done = invoke(app, *args, "--json").json()
    assert [change["key"] for change in done["changes"]] == ["1:reassigned", "3:reassigned", "new:5"]
    assert done["revision"] == 1


def test_a_workbook_of_another_plan_is_refused(app: Flask, tmp_path: Path) -> None:
    assert invoke(app, "seed").code == 0
    path = tmp_path / "yulin.xlsx"
    assert command(app, "yulin", "xlsx", path).code == 0
    assert "yulin" in invoke(app, "plans", "import", str(path), "--region", "baise").complaint
    assert "yulin" in invoke(app, "plans", "import", str(path), "--region", "yulin", "--slug", "baise").complaint


@pytest.mark.parametrize("slug", SLUGS)
def test_the_yaml_is_a_file_of_seed_tasks(app: Flask, tmp_path: Path, slug: str) -> None:
    assert invoke(app, "seed").code == 0
    assert command(app, slug, "yaml", tmp_path / "plan.yaml").code == 0
    ours, theirs = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "plan.yaml", SEED_TASKS / f"{slug}.yaml")
    )
    for task in theirs["tasks"]:
        task.setdefault("deadline_words", None)
        task.setdefault("remark", None)
    assert ours["tasks"] == theirs["tasks"]
    assert {key: ours[key] for key in ("slug", "supervising_unit", "definition", "indicators", "projects")} == {
        key: theirs[key] for key in ("slug", "supervising_unit", "definition", "indicators", "projects")
    }
    told = invoke(app, "plans", "import", str(tmp_path / "plan.yaml"), "--region", slug, "--json").json()
    assert told["changes"] == []


@pytest.mark.parametrize(("args", "says"), [(("nowhere", "xlsx"), "nowhere"), (("yulin", "csv"), "none/plan")])
def test_a_mistake_is_one_line(app: Flask, tmp_path: Path, args: tuple[str, str], says: str) -> None:
    assert invoke(app, "seed").code == 0
    assert says in command(app, *args, tmp_path / "none" / "plan").complaint
