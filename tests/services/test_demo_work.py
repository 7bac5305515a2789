"""The demo looks like real work: its states and reports, what is late, its people, its words and its files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access import SYSTEM
from tracker.db import db
from tracker.demo.accounts import accounts
from tracker.demo.fates import FATES, TASKS
from tracker.demo.papers import SAYS_WHAT_IT_IS, paper
from tracker.demo.script import script
from tracker.demo.steps import START
from tracker.demo.writing import Writer, texts
from tracker.directory.models import Membership, Unit, User
from tracker.evaluations.lamps import standing
from tracker.plans.models import KeyTask, Plan
from tracker.plans.queries import current_rounds, plan_by_slug, task_rows
from tracker.reminders.models import Reminder
from tracker.reporting.evidence.queries import damaged_files, entries_of
from tracker.reporting.models import ProgressReport
from tracker.workdays.calendar import CHINA
from tracker.workflows.models import HistoryEntry

pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    """A session over the loaded demo."""
    with demo_app.app_context():
        yield db.session


def states(session: Session, slug: str) -> Counter[str]:
    return Counter(row.state for row in task_rows(session, [plan_by_slug(session, SYSTEM, slug).id]))


def _rows(session: Session, slug: str) -> list[Any]:
    return task_rows(session, [plan_by_slug(session, SYSTEM, slug).id])


def _last_act(session: Session, task_id: int) -> str | None:
    moves = HistoryEntry.from_state != HistoryEntry.to_state
    statement = select(HistoryEntry.trigger).where(HistoryEntry.task_id == task_id, moves)
    return session.scalar(statement.order_by(HistoryEntry.version.desc()).limit(1))


def test_the_states_look_like_real_work(demo: Session) -> None:
    shaoguan = states(demo, "shaoguan")
    assert shaoguan.total() == 41
    assert 8 <= shaoguan["verified"] <= 10
    assert 5 <= shaoguan["reported"] <= 7
    assert shaoguan["assigned"] == 3
    assert shaoguan["closed_out"] == 1
    assert shaoguan["in_progress"] > shaoguan.total() / 2
    assert states(demo, "jiangmen")["verified"] >= 9
    assert states(demo, "yulin")["verified"] >= 4
    baise, tongxin = states(demo, "baise"), states(demo, "tongxin")
    assert (baise["pending_dispatch"], tongxin["pending_dispatch"]) == (16, 15)
    assert baise["verified"] >= 7


def test_reports_were_returned_with_reasons_and_mended(demo: Session) -> None:
    returns = demo.scalars(select(HistoryEntry).where(HistoryEntry.trigger == "return")).all()
    reasons = Counter(act.reason for act in returns)
    assert len(returns) >= 10
    assert len(reasons) >= 6
    mended = demo.scalars(select(ProgressReport).where(ProgressReport.version == 2)).all()
    assert len(mended) >= 3
    waiting = [row for row in _rows(demo, "shaoguan") if row.state == "in_progress" and row.current_report_id]
    assert 3 <= len([row for row in waiting if _last_act(demo, row.task_id) == "return"]) <= 4


def test_the_annual_round_of_baise_has_overdue_reports(demo: Session) -> None:
    plan = plan_by_slug(demo, SYSTEM, "baise")
    round_ = current_rounds(demo, [plan.id])[plan.id]
    assert (round_.kind, round_.year, round_.state) == ("annual", 2022, "reviewing")
    lamps = Counter(standing(row, START.date(), round_, START.tzinfo, CHINA).lamp for row in _rows(demo, "baise"))  # type: ignore[arg-type]
    assert 3 <= lamps["red"] <= 5
    assert lamps["green"] >= 8
    kinds = set(demo.scalars(select(Reminder.kind).where(Reminder.plan_id == plan.id)))
    assert {"round_opens", "report_due", "verify_due", "overdue", "unacknowledged"} <= kinds


def test_host_reports_are_checked_by_two_people(demo: Session) -> None:
    waiting = {row.ref for row in _rows(demo, "shaoguan") if row.state == "reported"}
    checked = set(
        demo.scalars(
            select(KeyTask.ref)
            .join(HistoryEntry, HistoryEntry.task_id == KeyTask.id)
            .join(Plan, Plan.id == KeyTask.plan_id)
            .where(Plan.slug == "shaoguan", HistoryEntry.trigger == "first_check")
        )
    )
    assert {"5", "22"} <= waiting & checked, "two wait for the second check"
    assert {"9", "19", "34"} <= checked - waiting, "others went through both"


def test_the_people_are_named_by_unit_and_role(demo: Session) -> None:
    names = [account.name for account in accounts()]
    assert all(name.split()[-1].startswith(("经办人", "负责人", "督查专员", "领导", "管理员")) for name in names)
    assert len({account.email for account in accounts()}) == len(accounts())
    assert demo.scalar(select(func.count()).select_from(User).where(User.password_hash.is_not(None))) == 0
    held: dict[str, set[tuple[str, str]]] = {}
    for email, unit, role in demo.execute(
        select(User.email, Unit.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .join(Unit, Unit.id == Membership.unit_id)
    ):
        held.setdefault(email, set()).add((unit, role))
    assert held["cangongwei.supervisor3@shaoguan.example"] == {("残工委办公室", "supervisor"), ("市残联", "handler")}
    assert len(held["zhengshu.handler@shaoguan.example"]) == 2
    reachable = {unit for roles in held.values() for unit, _ in roles}
    mailbox_rows = demo.execute(select(Unit.name, Unit.mailbox).where(Unit.mailbox.is_not(None)))
    mailboxes = {name: mailbox for name, mailbox in mailbox_rows}
    assert mailboxes["市金融局"] == "jinrong@shaoguan.example"
    assert "团市委" not in reachable | set(mailboxes)


def test_the_script_is_whole_and_its_words_are_filled() -> None:
    steps = script()
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert {fate for fates in TASKS.values() for fate in fates.values()} | {"working"} == set(FATES)
    words = json.dumps([dict(step.data) for step in steps], ensure_ascii=False, default=str)
    holes = ("{whole}", "{here}", "{there}", "{count}", "{keeper}", "{year}", "{month}", "~", "..")
    assert [hole for hole in holes if hole in words] == []
    kinds = ("done", "more", "problems", "next")
    assert len({text for theme in texts()["themes"] for kind in kinds for text in theme[kind]}) > 100


def test_figures_grow_with_the_progress() -> None:
    writer = Writer("shaoguan", "8", "完善残疾人家庭无障碍改造补贴制度。", measured=False)
    early, late = (int(writer.write("{100-900}", START, progress)) for progress in (30, 60))
    assert 100 < early < late < 900


def test_what_names_proof_of_completion_has_a_file_that_says_it_is_the_demos(demo: Session, demo_app: Flask) -> None:
    rows, faults = damaged_files(demo, demo_app.config["SETTINGS"].evidence_folder)
    assert (rows, faults) == (5, [])
    entries = [entry for slug in TASKS for entry in entries_of(demo, plan_by_slug(demo, SYSTEM, slug))]
    assert len(entries) == rows, "every file was filed with its report"
    claimed = demo.scalars(
        select(ProgressReport).where(ProgressReport.completion_claimed, ProgressReport.evidence != "")
    )
    assert {report.id for report in claimed} == {entry.file.report_id for entry in entries}
    assert {entry.file.media_type for entry in entries} == {"application/pdf"}
    assert SAYS_WHAT_IT_IS[:20].encode("utf-16-be").hex().encode() in paper(["甲"])
