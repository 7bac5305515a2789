"""交办启动: the supervisor's act that dispatches a plan and tells every unit."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, load_seed, make_city, make_person
from tracker import audit
from tracker.access import SYSTEM
from tracker.audit.models import AuditEntry
from tracker.directory.models import Unit
from tracker.errors import KeyReused, NotAllowed, NotFound
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Assignment, AssignmentSet, Plan
from tracker.plans.queries import task_rows
from tracker.workflows.commands import act, go_live
from tracker.workflows.queries import go_live_preview, history_of


def count(session: Session, model: type[OutboxMessage]) -> int:
    """How many rows."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_every_task_with_a_lead_unit_is_dispatched_and_the_rest_waits(session: Session) -> None:
    city = make_city(session)
    assert city.go_live(session) == {"dispatched": ["1", "2", "3"], "without_lead": ["4"], "mails": 7}
    assert [row.state for row in task_rows(session, [city.plan.id])] == ["assigned"] * 3 + ["pending_dispatch"]
    assert [row.dispatched_at for row in task_rows(session, [city.plan.id])] == [NOW] * 3 + [None]
    assert session.get_one(Plan, city.plan.id).live_since == NOW
    assert [entry.trigger for entry in history_of(session, city.row(session, "1").task_id)] == ["dispatch"]
    assert audit.broken_chains(session) == []


def test_doing_it_again_changes_nothing(session: Session) -> None:
    city = make_city(session)
    city.go_live(session)
    before = count(session, OutboxMessage)
    assert city.go_live(session) == {"dispatched": [], "without_lead": [], "mails": 0}
    assert count(session, OutboxMessage) == before
    assert city.row(session, "1").version == 1


def test_the_same_key_gets_the_same_answer(session: Session) -> None:
    city = make_city(session)
    first = go_live(session, city.people["supervisor"], NOW, slug="shaoguan", key="k")
    assert go_live(session, city.people["supervisor"], NOW, slug="shaoguan", key="k") == first
    assert first["dispatched"] == ["1", "2", "3"]
    with pytest.raises(KeyReused):
        act(session, city.people["supervisor"], NOW, slug="shaoguan", ref="4", trigger="terminate", version=0,
            data={"reason": "x"}, key="k")  # fmt: skip


@pytest.mark.parametrize("who", ["handler", "leader", "observer", "administrator", "another_unit", "host_handler"])
def test_nobody_but_supervisors_and_the_system_starts_a_plan(session: Session, who: str) -> None:
    city = make_city(session)
    with pytest.raises(NotAllowed):
        go_live(session, city.people[who], NOW, slug="shaoguan")
    assert session.get_one(Plan, city.plan.id).live_since is None


@pytest.mark.parametrize("who", ["another_region", "nobody"])
def test_to_other_regions_the_plan_does_not_exist(session: Session, who: str) -> None:
    city = make_city(session)
    with pytest.raises(NotFound):
        go_live(session, city.people[who], NOW, slug="shaoguan")


def test_the_preview_says_what_then_happens(session: Session) -> None:
    city: City = make_city(session)
    preview = go_live_preview(session, city.plan, NOW)
    assert [row.ref for row in preview.ready] == ["1", "2", "3"]
    assert [row.ref for row in preview.without_lead] == ["4"]
    foreseen = {recipient.key: (led, supported) for recipient, led, supported in preview.mails}
    city.go_live(session)
    sent = {}
    for mail in session.scalars(select(OutboxMessage)):
        tasks = list(mail.context["tasks"])  # type: ignore[call-overload]
        sent[mail.recipient] = tuple(
            [task["ref"] for task in tasks if task["role"] == role] for role in ("lead", "support")
        )
    assert sent == foreseen


def test_who_cannot_be_reached_is_named_before(session: Session) -> None:
    plan = load_seed(session, "shaoguan")
    preview = go_live_preview(session, plan, NOW)
    units = session.scalar(
        select(func.count(func.distinct(Assignment.unit_id)))
        .join(AssignmentSet, AssignmentSet.id == Assignment.set_id)
    )  # fmt: skip
    assert preview.mails == []
    assert len(preview.silent) == units


@pytest.mark.parametrize(
    ("slug", "dispatched", "without"),
    [("shaoguan", 41, 0), ("tongxin", 0, 25), ("jiangmen", 45, 0), ("yulin", 30, 0), ("baise", 0, 30)],
)
def test_the_five_plans_go_live(session: Session, slug: str, dispatched: int, without: int) -> None:
    plan = load_seed(session, slug)
    office = session.get_one(Unit, plan.supervising_unit_id)
    answer = go_live(session, make_person(session, office, "supervisor"), NOW, slug=slug)
    assert (len(answer["dispatched"]), len(answer["without_lead"])) == (dispatched, without)
    entries = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "task.dispatch"))
    assert entries == dispatched
    assert audit.broken_chains(session) == []


def test_the_command_line_goes_live_as_the_system(session: Session) -> None:
    city = make_city(session)
    go_live(session, SYSTEM, NOW, slug="shaoguan")
    entry = history_of(session, city.row(session, "1").task_id)[0]
    assert (entry.actor_id, entry.unit_id) == (None, None)


def test_a_single_task_cannot_be_dispatched_before_the_plan_lives(session: Session) -> None:
    city = make_city(session)
    with pytest.raises(NotAllowed, match="not live yet"):
        city.do(session, "supervisor", "4", "dispatch", leads=city.unit_ids("市民政局"))
    assert city.row(session, "4").state == "pending_dispatch"
    city.go_live(session)
    city.do(session, "supervisor", "4", "dispatch", leads=city.unit_ids("市民政局"))
    assert city.row(session, "4").state == "assigned"
