"""The five plan documents, read as text: their blocks hold every task, every row of indicators, word for word."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import yaml

from tests.plans import reader
from tracker.intake.blocks import Document, Heading, Paragraph, Table
from tracker.intake.readers.text import read_text

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("shaoguan", "tongxin", "jiangmen", "baise", "yulin")


def squeeze(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module", params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read(slug: str) -> Document:
    return read_text((reader.FOLDER / f"{slug}.txt").read_bytes())


def annex(document: Document) -> Table:
    """The last table whose header names both a task and a unit."""
    return [table for table in tables(document) if re.search("任务.*单位", squeeze(table_words(table)))][-1]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def table_words(table: Table) -> str:
    return "".join(cell.text for cell in table.rows[0])


@pytest.mark.parametrize("slug", ["shaoguan", "jiangmen"])
def test_every_row_of_the_annex_stands_in_its_columns(slug: str) -> None:
    tasks = reader.read(slug).tasks
    rows = [row for row in annex(read(slug)).rows if row[0].text.isdigit()]
    assert len(rows) == len(tasks) == {"shaoguan": 41, "jiangmen": 45}[slug]
    for row, task in zip(rows, tasks, strict=True):
        assert (row[0].text, squeeze(row[1].text), row[0].line) == (task.number, squeeze(task.text), task.line)
        names = [reader.names(cell.text) for cell in row[2:]]
        found = [name for units, others in names for name in units]
        assert found == [*task.leads, *task.supports]
        if slug == "shaoguan":
            assert names[0][0] == task.leads and names[1][0] == task.supports


@pytest.mark.parametrize("slug", ["tongxin", "baise", "yulin"])
def test_every_task_begins_on_its_line_and_runs_through_whole_paragraphs(slug: str) -> None:
    texts = [block for block in read(slug).blocks if isinstance(block, Paragraph | Heading)]
    for task in reader.read(slug).tasks:
        at = next(index for index, block in enumerate(texts) if block.line == task.line)
        wanted = squeeze(task.text)
        through = "".join(squeeze(block.text) for block in texts[at : at + 2])
        assert 0 < through.index(wanted) < 4


@pytest.mark.parametrize("slug", ["shaoguan", "tongxin", "jiangmen", "baise"])
def test_the_table_of_indicators_has_its_eleven_rows(slug: str) -> None:
    plan = yaml.safe_load((ROOT / "seed_tasks" / f"{slug}.yaml").read_text(encoding="utf-8"))
    table = next(table for table in tables(read(slug)) if "2025" in table_words(table))
    rows = [row for row in table.rows[1:] if sum(bool(cell.text) for cell in row) > 1]
    assert len(rows) == len(plan["indicators"]) == 11
    for row, indicator in zip(rows, plan["indicators"], strict=True):
        name, baseline, target, kind = (squeeze(cell.text) for cell in row[-4:])
        figures = [re.sub(r"[%％]|^[—-]+$", "", cell) for cell in (baseline, target)]
        assert squeeze(indicator["name"]) in name
        assert figures[0] == (indicator["baseline"] or "")
        assert figures[1].lstrip(">＞") == (indicator["target"] or "")
        assert (figures[1][:1] in (">", "＞") and bool(figures[1])) == (indicator["comparator"] == ">")
        assert kind == {"binding": "约束性", "anticipatory": "预期性"}[indicator["kind"]]


def test_nothing_of_a_plan_is_lost(slug: str) -> None:
    document = read(slug)
    told = "".join(
        squeeze(block.text) if not isinstance(block, Table) else "".join(squeeze(c.text) for r in block.rows for c in r)
        for block in document.blocks
    )
    printed = (reader.FOLDER / f"{slug}.txt").read_text(encoding="utf-8")
    if slug == "yulin":
        printed = printed[: printed.rindex("我要看") + 3]
    plain = re.sub(r"\[bookmark: \w+\]|\*\*|^#+ |^- ", "", printed, flags=re.MULTILINE)
    missing = len(squeeze(plain)) - len(told)
    assert 0 <= missing <= 3


def test_lines_are_those_of_the_file_and_every_block_names_one(slug: str) -> None:
    document = read(slug)
    printed = (reader.FOLDER / f"{slug}.txt").read_text(encoding="utf-8")
    assert "\n".join(document.lines) == printed.removesuffix("\n")
    numbers = [block.line for block in document.blocks]
    assert numbers == sorted(numbers) and numbers[0] >= 1 and numbers[-1] <= len(document.lines)


def test_only_the_doubled_page_is_doubted(slug: str) -> None:
    doubts = read(slug).doubts
    assert [doubt.line for doubt in doubts] == ([153] if slug == "yulin" else [])


def test_a_plan_is_read_in_less_than_two_seconds(slug: str) -> None:
    start = time.process_time()
    read(slug)
    assert time.process_time() - start < 2
