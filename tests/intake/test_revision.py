"""中期调整: the difference between a plan that lives and a new document, and what applying it does and leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, load_seed, make_city, task_entry
from tests.intake.test_loading import draft_of
from tracker import audit
from tracker.access import SYSTEM, Actor
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.intake.applying import Applied, apply_revision
from tracker.intake.revision import difference
from tracker.intake.settling import Choices, UnknownUnits
from tracker.outbox.models import OutboxMessage
from tracker.plans.document import plan_document
from tracker.plans.files import SLUGS, read_plan
from tracker.plans.models import DueDate, KeyTask, Plan, PlanRevision, Section
from tracker.plans.queries import task_rows
from tracker.workflows.queries import history_of

TEXTS = {
    "1": "新建社区养老服务站二十个，覆盖全部街道。",
    "2": "开展老年助餐服务，每年服务老年人一万人次。",
    "3": "推进医养结合，二级以上医院普遍设立老年医学科。",
    "4": "组织开展养老护理员职业技能培训。",
}
NEW = "成立规划实施专班，按季度调度进展。"


def entries(**changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The four tasks of the city's plan, some of them changed: ``t2={"leads": […]}``."""
    units = {"1": ["市民政局", "市教育局"], "2": ["市残联"], "3": ["市民政局"], "4": []}
    supports = {"1": ["市财政局", "各县（市、区）政府"], "2": [], "3": ["市财政局"], "4": []}
    return [
        {**task_entry(ref, units[ref], supports[ref], text=text, section="保障" if ref < "3" else "服务"),
         **changes.get(f"t{ref}", {})}
        for ref, text in TEXTS.items()
    ]  # fmt: skip


def city_of(session: Session, *, live: bool = True) -> City:
    """The city with these four tasks."""
    city = make_city(session, entries())
    if live:
        city.go_live(session)
    return city


def apply(session: Session, city: City, tasks: list[dict[str, Any]], who: str = "supervisor", **more: Any) -> Applied:
    """Apply a new document of the city's plan."""
    return apply_revision(
        session, city.people[who], NOW, slug="shaoguan", draft=draft_of(*tasks), document_name="中期调整.docx",
        sha256="0" * 64, **more,
    )  # fmt: skip


def keys(session: Session, city: City, tasks: list[dict[str, Any]]) -> list[str]:
    """The keys of the difference."""
    return [change.key for change in difference(session, city.plan, draft_of(*tasks)).changes]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_document_changes_nothing(session: Session, slug: str) -> None:
    plan = load_seed(session, slug)
    found = difference(session, plan, read_plan(slug))
    assert (found.changes, found.renumbered) == ((), ())
    assert len(found.pairs) == len(read_plan(slug)["tasks"])


CHANGES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "text": ({"t2": {"text": TEXTS["2"].replace("一万", "两万")}}, ["2:reworded"]),
    "white space": ({"t2": {"text": TEXTS["2"].replace("，", "， ")}}, []),
    "other lead": ({"t2": {"leads": ["市教育局"]}}, ["2:reassigned"]),
    "another spelling": ({"t2": {"leads": ["韶关市残联"]}}, []),
    "order of leads": ({"t1": {"leads": ["市教育局", "市民政局"]}}, ["1:reassigned"]),
    "order of supporters": ({"t1": {"supports": ["各县（市、区）政府", "市财政局"]}}, []),
    "supporter gone": ({"t1": {"supports": ["市财政局"]}}, ["1:reassigned"]),
    "unknown unit": ({"t2": {"leads": ["市水利局"]}}, ["2:reassigned"]),
    "joint": ({"t1": {"supports": [], "joint": True}}, ["1:reassigned"]),
    "date": ({"t3": {"deadline": "2024-06-30"}}, ["3:date_moved"]),
    "words": ({"t3": {"deadline_words": "长期坚持"}}, ["3:date_moved"]),
    "section": ({"t3": {"section": "保障"}}, ["3:moved"]),
    "remark": ({"t3": {"remark": "新增"}}, ["3:remark"]),
    "several": ({"t3": {"section": "保障", "leads": ["市教育局"], "text": TEXTS["3"] + "扩面。"}},
                ["3:reworded", "3:reassigned", "3:moved"]),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_exactly_what_was_changed_is_the_difference(session: Session, what: str) -> None:
    changed, wanted = CHANGES[what]
    assert keys(session, city_of(session), entries(**changed)) == wanted


def test_a_task_put_in_and_one_taken_out_confuse_nobody(session: Session) -> None:
    city = city_of(session)
    tasks = [task_entry("1", ["市教育局"], text=NEW, section="保障")]
    rest = [entry for entry in entries() if entry["ref"] != "2"]
    tasks += [{**entry, "ref": str(place), "number": str(place)} for place, entry in enumerate(rest, 2)]
    found = difference(session, city.plan, draft_of(*tasks))
    assert [change.key for change in found.changes] == ["new:1", "2:removed"]
    assert found.renumbered == (("1", "1", "2"),)


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


def test_what_supervisors_moved_since_is_no_difference(session: Session) -> None:
    city = city_of(session)
    city.do(session, "supervisor", "2", "reassign", reason="机构改革", leads=city.unit_ids("市教育局"), supports=[])
    assert keys(session, city, entries()) == []
    assert keys(session, city, entries(t2={"leads": ["市教育局"]})) == []
    assert keys(session, city, entries(t2={"leads": ["市体育局"]})) == ["2:reassigned"]


def test_a_terminated_task_stays_out_of_it(session: Session) -> None:
    city = city_of(session)
    city.do(session, "supervisor", "2", "terminate", reason="合并")
    assert keys(session, city, entries(t2={"leads": ["市教育局"]})) == []
    assert keys(session, city, [entry for entry in entries() if entry["ref"] != "2"]) == []


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
