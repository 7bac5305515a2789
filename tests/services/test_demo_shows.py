"""The demo shows each thing of the workflow once: the table of what stands on which task (docs/workflow.md)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access import SYSTEM
from tracker.audit.models import AuditEntry
from tracker.clock import local_day
from tracker.db import db
from tracker.demo.steps import START
from tracker.directory.models import Membership, User
from tracker.plans.queries import plan_by_slug, task_row
from tracker.reporting.evidence.models import EvidenceFile
from tracker.reporting.input_requests import input_requests_of, stands
from tracker.reporting.models import ProgressReport, ReportDraft
from tracker.reporting.part_models import ReportedPart, ReportPart
from tracker.reporting.queries import comments_of
from tracker.workflows.extensions import extensions_of
from tracker.workflows.models import HistoryEntry, Urge
from tracker.workflows.objections import objections_of, open_objections

pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo
ZONE = "Asia/Shanghai"


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    """A session over the loaded demo."""
    with demo_app.app_context():
        yield db.session


def task_id(session: Session, slug: str, ref: str) -> int:
    return task_row(session, plan_by_slug(session, SYSTEM, slug), ref).task_id


def triggers(session: Session, slug: str, ref: str) -> list[str]:
    statement = select(HistoryEntry.trigger).where(HistoryEntry.task_id == task_id(session, slug, ref))
    return list(session.scalars(statement.order_by(HistoryEntry.version)))


@pytest.mark.parametrize(
    ("slug", "ref", "acts"),
    [
        ("shaoguan", "30", ["report", "return", "report", "verify"]),
        ("shaoguan", "33", ["reassign"]),
        ("shaoguan", "35", ["report", "withdraw"]),
        ("shaoguan", "40", ["verify", "close_out"]),
        ("shaoguan", "5", ["report", "first_check"]),
        ("shaoguan", "9", ["first_check", "verify"]),
        ("jiangmen", "21", ["verify", "reopen"]),
        ("jiangmen", "34", ["suspend"]),
        ("jiangmen", "36", ["suspend", "resume"]),
        ("jiangmen", "9", ["terminate"]),
        ("yulin", "5-3", ["decline", "dispatch", "acknowledge"]),
        ("tongxin", "2-1", ["submit", "sign_off", "verify"]),
        ("tongxin", "3-1", ["acknowledge", "submit"]),
    ],
)
def test_what_moves_a_task(demo: Session, slug: str, ref: str, acts: list[str]) -> None:
    rest = iter(triggers(demo, slug, ref))
    assert [act for act in acts if act not in rest] == [], "in this order, whatever came between"


def test_the_definition_of_a_living_plan_was_changed(demo: Session) -> None:
    plan = plan_by_slug(demo, SYSTEM, "tongxin")
    changed = demo.scalars(select(AuditEntry).where(AuditEntry.action == "plan.redefine")).one()
    assert (plan.definition, plan.live_since is not None and plan.live_since < changed.at) == ("with_sign_off", True)
    assert task_row(demo, plan, "3-1").state == "awaiting_sign_off"


def test_parts_are_filed_and_the_silent_are_named(demo: Session) -> None:
    report = demo.scalars(
        select(ProgressReport.id).where(ProgressReport.task_id == task_id(demo, "jiangmen", "8"))
    ).one()
    records = demo.scalars(select(ReportedPart).where(ReportedPart.report_id == report)).all()
    given = {record.unit.name for record in records if record.part is not None}
    assert given == {"市医保局", "蓬江区政府"}
    assert {"台山市政府", "江海区政府"} <= {record.unit.name for record in records} - given
    coming = demo.scalars(select(ReportPart).where(ReportPart.task_id == task_id(demo, "shaoguan", "12"))).one()
    assert (coming.unit.name, coming.sequence) == ("市残联", 1)


def test_one_request_for_input_is_answered_and_one_is_not(demo: Session) -> None:
    plan = plan_by_slug(demo, SYSTEM, "shaoguan")
    row, today = task_row(demo, plan, "12"), local_day(START, ZONE)
    asked = [stands(request, row, today, plan.region) for request in input_requests_of(demo, task_ids=[row.task_id])]
    assert [item.status for item in asked] == ["answered", "no_answer"]
    assert asked[0].days in (1, 2)


def test_a_comment_names_a_unit_is_corrected_and_answered(demo: Session) -> None:
    found = comments_of(demo, task_id(demo, "shaoguan", "12"))
    named = [comment for comment in found if comment.mentions]
    assert [unit.name for comment in named for unit in comment.mentions] == ["市民政局"]
    assert [len(comment.corrections) for comment in named] == [1]
    assert [c.answer_to.answers_id for c in found if c.answer_to is not None] == [named[0].id]


def test_drafts_versions_values_and_evidence(demo: Session) -> None:
    assert demo.scalars(select(ReportDraft.task_id)).all() == [task_id(demo, "shaoguan", "12")]
    versions = select(func.count()).where(ProgressReport.task_id == task_id(demo, "shaoguan", "30"))
    assert demo.scalar(versions) == 2
    valued = set(demo.scalars(select(ProgressReport.task_id).where(ProgressReport.indicator_id.is_not(None))))
    assert valued == {task_id(demo, "shaoguan", ref) for ref in ("1", "30")}
    assert demo.scalar(select(func.count()).select_from(EvidenceFile)) == 5
    claim = demo.scalars(
        select(ProgressReport).where(
            ProgressReport.task_id == task_id(demo, "shaoguan", "2"), ProgressReport.completion_claimed
        )
    ).one()
    assert claim.evidence == ""


def test_a_return_says_what_is_wrong_with_single_fields(demo: Session) -> None:
    reports = demo.scalars(select(ProgressReport).where(ProgressReport.task_id == task_id(demo, "jiangmen", "8"))).all()
    assert [one.field for report in reports for one in report.return_reasons] == ["evidence"]


def test_extensions_urges_and_objections_of_which_none_is_late(demo: Session) -> None:
    extensions = extensions_of(demo, [task_id(demo, "jiangmen", "16")])
    assert [extension.last.act for extension in extensions] == ["accept", "approve"]
    assert demo.scalars(select(Urge.task_id)).all() == [task_id(demo, "baise", "1-6")]
    assert [o.answer is not None for o in objections_of(demo, task_id(demo, "shaoguan", "10"))] == [True]
    waiting = open_objections(demo, [plan_by_slug(demo, SYSTEM, "shaoguan").id])
    assert [objection.task_id for objection in waiting] == [task_id(demo, "shaoguan", "41")]
    assert waiting[0].due_on > local_day(START, ZONE)


def test_somebody_left_and_handed_over(demo: Session) -> None:
    leaver = demo.scalars(select(User).where(User.email == "yibao.former@shaoguan.example")).one()
    assert not leaver.active
    held = demo.scalars(select(Membership).where(Membership.user_id == leaver.id)).all()
    assert [membership.ended_at is not None for membership in held] == [True]
    acted = {
        act.actor.email
        for act in demo.scalars(select(HistoryEntry).where(HistoryEntry.task_id == task_id(demo, "shaoguan", "6")))
        if act.actor is not None
    }
    assert {"yibao.former@shaoguan.example", "yibao.handler@shaoguan.example"} <= acted
