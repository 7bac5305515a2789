"""Drafts for tests of the import: of given tasks, or a small document as a reader and the interpreters give it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOW, plan_document, task_entry
from tracker.access import Actor
from tracker.intake.commands import Upload, start_draft
from tracker.intake.editing.stored import Stored, stored_draft
from tracker.plans.schemas import PlanDraftSchema

LINES = (
    "韶关市养老服务发展规划",
    "序号\t重点任务\t牵头单位\t配合单位",
    "1\t建设社区食堂。\t市民政局\t市财政局、各县（市、区）政府",
    "2\t培训护理员，到2023年培训1000人。\t市教育局\t市民政局、市卫生健康局",
    "3\t开展适老化改造。\t市民政局、市教育局\t",
    "备注：列第一位的为牵头单位。",
)
TASKS = (
    task_entry(
        "1", ["市民政局"], ["市财政局", "各县（市、区）政府"], section="服务", text="建设社区食堂。", source_line=3
    ),
    task_entry(
        "2",
        ["市教育局"],
        ["市民政局", "市卫生健康局"],
        section="队伍",
        text="培训护理员，到2023年培训1000人。",
        deadline="2023-12-31",
        targets=[{"comparator": ">=", "value": 1000, "unit": "人"}],
        source_line=4,
    ),
    task_entry("3", ["市民政局", "市教育局"], section="队伍", text="开展适老化改造。", joint=True, source_line=5),
)
DOUBTS: Sequence[dict[str, Any]] = (
    {"line": None, "message": "Nobody says when it was issued.", "values": {}, "ref": None},
    {"line": 4, "message": "“%(words)s” was read as a deadline.", "values": {"words": "到2023年"}, "ref": "2"},
    {"line": 5, "message": "Several units, and no word on who leads.", "values": {}, "ref": "3"},
)


def draft_of(*tasks: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A loaded draft of these tasks."""
    document = plan_document("x", "x", tasks, **values)
    for beside in ("slug", "supervising_unit", "definition"):
        del document[beside]
    return dict(PlanDraftSchema().load(document))


def small_draft(tasks: Sequence[dict[str, Any]] = TASKS, **values: Any) -> dict[str, Any]:
    """The draft that ``plans read`` would print."""
    document = plan_document("none", "none", tasks, **{"title": LINES[0], "region": "韶关市", **values})
    return {key: document[key] for key in document if key not in ("slug", "supervising_unit", "definition")}


def upload_of(draft: dict[str, Any]) -> Upload:
    """A draft as an upload whose source is the texts of its tasks, line by line."""
    last = max(task["source_line"] for task in draft["tasks"])
    lines = [""] * last
    for task in draft["tasks"]:
        lines[task["source_line"] - 1] = task["text"]
    digest = hashlib.sha256(draft["title"].encode()).hexdigest()
    return Upload(f"{draft['title']}.docx", "docx", digest, draft, (), lines)


def small_upload(tasks: Sequence[dict[str, Any]] = TASKS, **values: Any) -> Upload:
    """The same as an upload with its source."""
    return Upload(
        file_name="养老规划.docx",
        file_kind="docx",
        sha256=hashlib.sha256(repr((tasks, values)).encode()).hexdigest(),
        draft=small_draft(tasks, **values),
        doubts=DOUBTS,
        lines=LINES,
        places={"3": "表1 第2行"},
    )


def small_stored() -> Stored:
    """The draft as it is stored: rows 1, 2, 3; doubts 4, 5, 6."""
    return stored_draft(small_draft(), DOUBTS)


def start(session: Session, actor: Actor, region_id: int, **values: Any) -> int:
    """A draft in the database; its id."""
    answer = start_draft(session, actor, NOW, region_id=region_id, upload=small_upload(**values))
    return int(answer["draft"])


def row_data(row: int, version: int = 0, **values: Any) -> dict[str, Any]:
    """The form of a row, filled in."""
    typed = {"number": "9", "section": "", "text": "新的内容。", "leads": "市民政局", "supports": "", "joint": False}
    return {"row": row, "version": version, "deadline": "", "targets": "", **typed, **values}
