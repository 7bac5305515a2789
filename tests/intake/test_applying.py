"""中期调整: what applying a new document does, what it leaves, and who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import REPORT, City, task_entry
from tests.intake.revising import NEW, TEXTS, apply, city_of, entries, keys
from tracker import audit
from tracker.access import SYSTEM, Actor
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.intake.settling import Choices, UnknownUnits
from tracker.outbox.models import OutboxMessage
from tracker.plans.document import plan_document
from tracker.plans.models import DueDate, KeyTask, Plan, PlanRevision, Section
from tracker.plans.queries import task_rows
from tracker.workflows.queries import history_of


def test_applying_everything_keeps_history_and_numbers_of_untouched_tasks(session: Session) -> None:
    city = city_of(session)
    city.do(session, "handler", "1", "acknowledge")
    before = [(row.ref, row.number, row.version, row.state) for row in task_rows(session, [city.plan.id])]
    tasks = [task_entry("1", ["市教育局"], ["市财政局"], text=NEW, section="领导")]
    tasks += [entry for entry in entries() if entry["ref"] not in ("2", "1")]
    tasks.insert(2, {**entries()[0], "ref": "9", "number": "9"})
    done = apply(session, city, tasks)
    assert ([change.key for change in done.done], done.left) == (["new:1", "2:removed"], ())
    rows = {row.ref: row for row in task_rows(session, [city.plan.id])}
    assert done.refs == {"new:1": "2023-1"}
    assert list(rows) == ["2023-1", "3", "1", "2", "4"]
    assert [(r.ref, r.number, r.version, r.state) for r in rows.values() if r.ref in "134"] == [
        before[2], before[0], before[3]
    ]  # fmt: skip
    assert (rows["2"].state, rows["2023-1"].state) == ("terminated", "assigned")
    assert history_of(session, rows["2"].task_id)[-1].reason == "规划修订：中期调整.docx"
    titles = session.scalars(select(Section.title).order_by(Section.position)).all()
    assert titles == ["领导", "服务", "保障"]
    assert [entry.trigger for entry in history_of(session, rows["2023-1"].task_id)] == ["dispatch"]
    assert keys(session, city, tasks) == []
    assert [task["ref"] for task in plan_document(session, city.plan)["tasks"]] == ["2023-1", "3", "1", "4"]
    assert audit.broken_chains(session) == []


@pytest.mark.both_databases
def test_every_kind_of_change_is_applied_and_then_there_is_none(session: Session) -> None:
    city = city_of(session)
    city.do(session, "host_handler", "2", "acknowledge")
    tasks = entries(
        t1={"text": TEXTS["1"].replace("二十个", "三十个"), "deadline": "2024-06-30",
            "targets": [{"comparator": ">=", "value": 30, "unit": "个"}]},
        t2={"leads": ["市教育局", "市残联"], "remark": "中期调整"},
        t3={"section": "保障", "deadline_words": "长期坚持"},
        t4={"leads": ["市体育局"]},
    )  # fmt: skip
    tasks.append(task_entry("5", [], text=NEW, section="服务"))
    done = apply(session, city, tasks)
    assert done.left == ()
    assert done.number == 1
    rows = {row.ref: row for row in task_rows(session, [city.plan.id])}
    assert [unit.name for unit in rows["2"].leads] == ["市教育局", "市残联"]
    assert rows["2"].state == "assigned"  # a new first-named lead acknowledges anew
    assert (rows["4"].state, rows["5"].state) == ("assigned", "pending_dispatch")
    assert (str(rows["1"].deadline), rows["3"].section) == ("2024-06-30", "保障")
    document = plan_document(session, city.plan)
    stated = {task["ref"]: task for task in document["tasks"]}
    assert stated["1"]["targets"] == [{"comparator": ">=", "value": 30, "unit": "个"}]
    assert (stated["2"]["leads"], stated["2"]["remark"]) == (["市教育局", "市残联"], "中期调整")
    assert (stated["1"]["deadline"], stated["3"]["deadline_words"]) == ("2024-06-30", "长期坚持")
    assert keys(session, city, tasks) == []
    assert apply(session, city, tasks).number is None
    revision = session.execute(select(PlanRevision)).scalar_one()
    assert (revision.document_name, revision.sha256, len(revision.summary)) == ("中期调整.docx", "0" * 64, 8)
    assert revision.actor_id == city.people["supervisor"].user_id
    assert audit.broken_chains(session) == []


def test_only_what_is_ticked_is_applied(session: Session) -> None:
    city = city_of(session)
    tasks = entries(t2={"leads": ["市水利局"]}, t3={"deadline": "2024-06-30"})[:3]
    assert keys(session, city, tasks) == ["2:reassigned", "3:date_moved", "4:removed"]
    done = apply(session, city, tasks, ticked=["3:date_moved"])
    assert [change.key for change in done.done] == ["3:date_moved"]
    assert keys(session, city, tasks) == ["2:reassigned", "4:removed"]
    with pytest.raises(InvalidInput, match="in the meantime"):
        apply(session, city, tasks, ticked=["3:date_moved"])


def test_a_unit_that_is_not_known_stops_the_change_that_names_it(session: Session) -> None:
    city = city_of(session)
    tasks = entries(t2={"leads": ["市水利局"]})
    with pytest.raises(UnknownUnits):
        apply(session, city, tasks)
    assert session.scalar(select(func.count()).select_from(PlanRevision)) == 0
    done = apply(session, city, tasks, choices=Choices(create="all"))
    assert done.created == ("市水利局",)
    assert [unit.name for unit in city.row(session, "2").leads] == ["市水利局"]


def reported(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "report", **REPORT)


def closed(session: Session, city: City) -> None:
    reported(session, city)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "close_out")


@pytest.mark.parametrize(
    ("bring", "without", "left"),
    [
        (reported, False, ["1:reassigned"]),
        (closed, False, ["1:reassigned"]),
        (reported, True, []),
        (closed, True, ["1:removed"]),
    ],
)
def test_what_the_state_does_not_allow_is_left_with_what_to_do(
    session: Session, bring: Callable[[Session, City], None], without: bool, left: list[str]
) -> None:
    city = city_of(session)
    bring(session, city)
    before = city.row(session, "1")
    tasks = entries(t1={"leads": ["市体育局"]}, t3={"remark": "新增"})[1 if without else 0 :]
    done = apply(session, city, tasks)
    assert [change.key for change, _, _ in done.left] == left
    assert "3:remark" in [change.key for change in done.done]
    assert all(why and values["state"] for _, why, values in done.left)
    if left:
        assert city.row(session, "1") == before
        assert left[0] in keys(session, city, tasks)


def test_a_collective_unit_named_first_is_left_and_the_rest_is_applied(session: Session) -> None:
    city = city_of(session)
    done = apply(session, city, entries(t2={"leads": ["各县（市、区）政府"]}, t3={"leads": []}, t1={"remark": "新增"}))
    assert {change.key for change, _, _ in done.left} == {"2:reassigned", "3:reassigned"}
    assert [change.key for change in done.done] == ["1:remark"]


def test_a_plan_that_does_not_live_is_changed_without_dispatching(session: Session) -> None:
    city = city_of(session, live=False)
    tasks = [*entries(t2={"leads": ["市教育局"]}, t4={"leads": ["市体育局"]}), task_entry("5", ["市残联"], text=NEW)][
        1:
    ]
    apply(session, city, tasks)
    rows = {row.ref: row for row in task_rows(session, [city.plan.id])}
    assert {ref: row.state for ref, row in rows.items()} == {
        "1": "terminated", **dict.fromkeys("2345", "pending_dispatch")
    }  # fmt: skip
    assert [unit.name for unit in rows["2"].leads] == ["市教育局"]
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    assert plan_document(session, city.plan)["tasks"][0]["leads"] == ["市教育局"]
    assert keys(session, city, tasks) == []
    assert set(city.go_live(session)["dispatched"]) == {"2", "3", "4", "5"}


def test_several_new_tasks_are_one_mail_a_person(session: Session) -> None:
    city = city_of(session)
    before = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    more = [task_entry(str(number), ["市体育局"], text=f"{NEW}{number}") for number in (5, 6, 7)]
    apply(session, city, [*entries(), *more])
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before + 1


def test_a_moved_date_is_a_new_fact_and_a_date_taken_away_leaves_none(session: Session) -> None:
    city = city_of(session)
    for day in ("2024-06-30", "2024-12-31", None):
        apply(session, city, entries(t3={"deadline": day}))
        deadline = city.row(session, "3").deadline
        assert (str(deadline) if deadline else None) == day
        assert plan_document(session, city.plan)["tasks"][2]["deadline"] == day
    facts = select(DueDate.number, DueDate.act).where(DueDate.task_id == city.row(session, "3").task_id)
    assert [tuple(row) for row in session.execute(facts.order_by(DueDate.number))] == [(1, "revision"), (2, "revision")]


def test_an_administrator_applies_it_in_the_offices_name(session: Session) -> None:
    city = city_of(session)
    apply(session, city, entries(t2={"leads": ["市教育局"]}), who="administrator")
    entry = history_of(session, city.row(session, "2").task_id)[-1]
    assert (entry.trigger, entry.actor_id) == ("reassign", None)
    revision = session.execute(select(PlanRevision)).scalar_one()
    assert revision.actor_id == city.people["administrator"].user_id


@pytest.mark.parametrize(
    ("who", "error"),
    [("handler", NotAllowed), ("host_leader", NotAllowed), ("observer", NotAllowed), ("another_region", NotFound)],
)
def test_who_may_not_revise_changes_nothing(session: Session, who: str, error: type[Exception]) -> None:
    city = city_of(session)
    with pytest.raises(error):
        apply(session, city, entries(t2={"remark": "新增"}), who=who)
    remarks = select(KeyTask.remark).join(Plan, Plan.id == KeyTask.plan_id).where(KeyTask.remark.is_not(None))
    assert session.scalars(remarks).all() == []


def test_the_system_applies_it_too(session: Session) -> None:
    city = city_of(session)
    city.people["shell"] = SYSTEM
    assert isinstance(city.people["shell"], Actor)
    assert apply(session, city, entries(t2={"leads": ["市教育局"]}), who="shell").left == ()
