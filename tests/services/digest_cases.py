"""Digests, weekly summaries and heads of the audit to compose: by name, the template and its context."""

from __future__ import annotations

from typing import Any

from tests.services.notice_cases import COMPULSORY, OUTPATIENT, PLAN, PRESCHOOL, VOCATIONAL, Case, task

RETURNED = {"day": "2023-08-22", "reason": "请补资源教师配备率的佐证材料。"}
JIANGMEN = {"slug": "jiangmen", "region": "江门", "plan": "江门市残疾人事业发展“十四五”实施方案"}
MID_TERM = {"round_kind": "mid_term", "round_year": 2023, "report_due_on": "2023-08-31"}
ANNUAL = {"round_kind": "annual", "round_year": 2023, "report_due_on": "2024-01-31"}
HEADS = [f"system 512 {'0a' * 32}", f"plan:1 77 {'b1' * 32}"]


def entry(kind: str, target_on: str, days_left: int, step: int, tasks: list[dict[str, Any]], **more: Any) -> Any:
    """Tasks of a digest that one date brings."""
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


DIGESTS: dict[str, Case] = {
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
DIGESTS["weekly_summary"] = ("weekly_summary", {"day": "2023-08-28", "week": WEEK})
DIGESTS["digest-with-week"] = (
    "digest",
    {**DIGESTS["digest-verification"][1], "week": {**WEEK, "mails": 0, "failed": [], "unreached": [], "more": 0}},
)
