"""The demo's people and history: made by the commands alone, the same every time, like real work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.fixtures.databases import Databases, application, settings_for
from tracker.access import SYSTEM
from tracker.audit import broken_chains
from tracker.audit.models import AuditEntry
from tracker.clock import business_now
from tracker.db import db, transaction
from tracker.demo import loading
from tracker.demo.accounts import accounts
from tracker.demo.commands import advance, ensure_loaded, load
from tracker.demo.fates import FATES, TASKS
from tracker.demo.papers import SAYS_WHAT_IT_IS, paper
from tracker.demo.script import script
from tracker.demo.steps import START
from tracker.demo.writing import Writer, texts
from tracker.directory.models import Membership, Unit, User
from tracker.errors import InvalidInput, NotAllowed
from tracker.evaluations.lamps import standing
from tracker.outbox.models import OutboxMessage
from tracker.plans.cli import seed_plan
from tracker.plans.models import KeyTask, Plan
from tracker.plans.queries import current_rounds, plan_by_slug, task_rows
from tracker.reminders.models import Reminder
from tracker.reporting.evidence.queries import damaged_files, entries_of
from tracker.reporting.models import Comment, ProgressReport
from tracker.workdays.calendar import CHINA
from tracker.workflows.commands import go_live
from tracker.workflows.models import HistoryEntry

ZONE = START.tzinfo
pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    """A session over the loaded demo."""
    with demo_app.app_context():
        yield db.session


def states(session: Session, slug: str) -> Counter[str]:
    return Counter(row.state for row in task_rows(session, [plan_by_slug(session, SYSTEM, slug).id]))


def history_of(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that happened, without what is random by nature (Message-IDs, tokens) or real time."""
    who = {user.id: user.email for user in session.scalars(select(User))}
    refs = {
        task.id: (slug, task.ref)
        for task, slug in session.execute(select(KeyTask, Plan.slug).join(Plan, Plan.id == KeyTask.plan_id))
    }
    return {
        "acts": [
            (refs[h.task_id], h.version, h.at, who.get(h.actor_id or 0), h.trigger, h.from_state, h.to_state, h.reason)
            for h in session.scalars(select(HistoryEntry).order_by(HistoryEntry.id))
        ],
        "reports": [
            (refs[r.task_id], r.sequence, r.version, r.submitted_at, r.done, r.problems, r.progress, r.measured_value)
            for r in session.scalars(select(ProgressReport).order_by(ProgressReport.id))
        ],
        "comments": [
            (refs[c.task_id], who[c.author_id], c.at, c.body)
            for c in session.scalars(select(Comment).order_by(Comment.id))
        ],
        "mails": [
            (
                m.kind,
                m.recipient,
                m.to_address,
                m.template,
                m.created_at,
                m.sent_at,
                m.subject,
                m.body_text,
            )
            for m in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        ],
        "reminders": [
            (r.subject, r.kind, r.due_on, r.recipient, r.target_on, r.step, r.state, r.created_at)
            for r in session.scalars(select(Reminder).order_by(Reminder.id))
        ],
        "audit": [(e.chain, e.seq, e.at, e.actor, e.action) for e in session.scalars(select(AuditEntry))],
    }


def test_two_loads_give_the_same_history(
    demo: Session, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = history_of(demo)
    demo.close()
    url = databases.fresh("sqlite", tmp_path)
    with application(settings_for(url, tmp_path / "second", demo=True)) as app, app.app_context():
        real_fire, seen = loading.fire, []

        def stop_at_the_hundredth(*arguments: Any) -> None:
            seen.append(arguments)
            if len(seen) == 100:
                raise KeyboardInterrupt
            real_fire(*arguments)

        monkeypatch.setattr(loading, "fire", stop_at_the_hundredth)
        with pytest.raises(KeyboardInterrupt):
            load(app)
        monkeypatch.setattr(loading, "fire", real_fire)
        assert load(app)["new"], "an interrupted load is taken up again"
        second = history_of(db.session)
        spooled = [message_from_bytes(file.read_bytes()) for file in (tmp_path / "second/mail").glob("*.eml")]
    for name, rows in first.items():
        assert rows == second[name], name
    assert sorted(mail["To"] for mail in spooled) == sorted(row[2] for row in first["mails"])


def test_a_second_load_changes_nothing_and_returns_at_once(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = history_of(db.session)
    started = datetime.now(UTC)
    again = load(demo_app)
    ensure_loaded(demo_app)
    assert datetime.now(UTC) - started < timedelta(seconds=5)
    assert not again["new"]
    assert again["steps"] == 0
    with demo_app.app_context():
        assert history_of(db.session) == before


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


def test_every_act_lies_between_going_live_and_the_first_day(demo: Session) -> None:
    for slug, live in (("shaoguan", date(2022, 4, 18)), ("baise", date(2022, 7, 18)), ("yulin", date(2022, 11, 25))):
        plan = plan_by_slug(demo, SYSTEM, slug)
        assert plan.live_since is not None
        assert plan.issued_on is not None
        assert plan.live_since.astimezone(ZONE).date() == live > plan.issued_on
        rows = demo.execute(
            select(func.min(HistoryEntry.at), func.max(HistoryEntry.at))
            .join(KeyTask, KeyTask.id == HistoryEntry.task_id)
            .where(KeyTask.plan_id == plan.id)
        ).one()
        assert plan.live_since <= rows[0] < rows[1] < START
    marked = set(demo.scalars(select(Plan.slug).where(Plan.demo_dispatch.is_(True))))
    assert marked == {"jiangmen", "tongxin", "baise"}


def test_all_mails_of_the_history_were_sent_in_their_window(demo: Session) -> None:
    mails = demo.scalars(select(OutboxMessage)).all()
    assert len(mails) > 150
    assert {mail.state for mail in mails} == {"sent"}
    assert all(mail.sent_at is not None and mail.not_before <= mail.sent_at <= START for mail in mails)
    late = [mail for mail in mails if mail.sent_at is not None and mail.sent_at - mail.not_before > timedelta(hours=1)]
    assert late == [], "each went out when it was due, not when the demo was loaded"


def test_the_audit_chains_hold(demo: Session) -> None:
    assert broken_chains(demo) == []
    assert demo.scalar(select(func.count()).select_from(AuditEntry)) > 600


def test_the_clock_shows_the_first_day_and_never_goes_back(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert timedelta(0) <= business_now(db.session) - START < timedelta(minutes=30)
    moved = advance(demo_app, date(2023, 6, 16))
    assert moved.today == date(2023, 6, 16)
    for day in (date(2023, 6, 16), date(2023, 6, 1)):
        with pytest.raises(InvalidInput, match="only goes forward"):
            advance(demo_app, day)
    with pytest.raises(InvalidInput, match="At most 366 days"):
        advance(demo_app, date(2024, 7, 1), longest=366)
    with demo_app.app_context():
        local = business_now(db.session).astimezone(ZONE)
        assert (local.date(), local.hour) == (date(2023, 6, 16), 9)


def test_outside_the_demo_there_is_none(app: Flask) -> None:
    with pytest.raises(NotAllowed, match="TRACKER_DEMO=1"):
        load(app)
    with pytest.raises(NotAllowed, match="TRACKER_DEMO=1"):
        advance(app, date(2030, 1, 1))
    ensure_loaded(app)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Plan)) == 5
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_a_database_in_use_is_left_alone(database_url: str, tmp_path: Path) -> None:
    with application(settings_for(database_url, tmp_path, demo=True)) as app:
        with app.app_context():
            seed_plan("yulin")
            with transaction() as session:
                go_live(session, SYSTEM, datetime(2023, 1, 4, 2, tzinfo=UTC), slug="yulin")
        with pytest.raises(NotAllowed, match="live already"):
            load(app)


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


def _rows(session: Session, slug: str) -> list[Any]:
    return task_rows(session, [plan_by_slug(session, SYSTEM, slug).id])


def _last_act(session: Session, task_id: int) -> str | None:
    moves = HistoryEntry.from_state != HistoryEntry.to_state
    statement = select(HistoryEntry.trigger).where(HistoryEntry.task_id == task_id, moves)
    return session.scalar(statement.order_by(HistoryEntry.version.desc()).limit(1))


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
