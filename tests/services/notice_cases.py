"""Notices and account mails to compose: by name, the template and its context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLAN = {"plan": "韶关市“十四五”残疾人保障和发展规划", "region": "韶关", "slug": "shaoguan"}


def task(ref: str, text: str, **more: Any) -> dict[str, Any]:
    """A task as a mail's context has it."""
    return {"ref": ref, "text": text, "path": f"/plans/shaoguan/tasks/{ref}", **more}


COMPULSORY = task("27", "实施残疾儿童少年义务教育巩固提高项目，按“一人一案”安置。", leads=["市教育局"], deadline=None)
PRESCHOOL = task("28", "实施残疾幼儿学前康复教育发展项目。", leads=["市教育局", "市残联"], deadline="2023-12-29")
VOCATIONAL = task("29", "实施残疾人职业教育提升项目。")
OUTPATIENT = task("31", "推进残疾人家庭医生签约服务。")
ONE_TASK = {"task": PRESCHOOL, "actor": "残工委办公室 督查专员", **PLAN}
QUESTION = {"reason": "", "question": "请提供2023年拨付金额。", "actor": "市教育局 经办人"}
Case = tuple[str, Mapping[str, Any]]
NOTICES: dict[str, Case] = {
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
}
