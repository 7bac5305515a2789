"""Parts of a report: each other lead unit and each member of a collective unit files its own; a silent one is named."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, give_role, make_city, make_person, reload_actor
from tracker import audit
from tracker.audit.models import AuditEntry
from tracker.directory.models import User
from tracker.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, TrackerError
from tracker.idempotency import Answer
from tracker.plans.queries import TaskRow
from tracker.reporting.part_models import ReportPart
from tracker.reporting.parts import owing, part_rows, reported_parts, taken_over
from tracker.reporting.policy import PART as PART_ACTION
from tracker.workflows.parts import file_part

PART = {"done": "本单位已完成上半年任务。", "progress": "40"}
OWN = {
    "handler": "市民政局", "leader": "市民政局", "other_lead": "市教育局", "supporting": "市财政局",
    "collective_member": "浈江区政府", "supervisor": "市教育局", "host_supervisor": "市教育局",
    "host_handler": "市残联", "observer": "市教育局", "administrator": "市教育局", "another_unit": "市体育局",
    "another_region": "市教育局", "nobody": "市教育局", "system": "市教育局",
}  # fmt: skip
"""By relation to task 1: the unit that they try to file for, their own where they have one."""
ANSWERS: dict[str, type[TrackerError] | None] = {
    "other_lead": None, "collective_member": None, "another_region": NotFound, "nobody": NotFound,
}  # fmt: skip
"""Who may; everybody else is forbidden it."""


@pytest.fixture
def city(session: Session) -> City:
    """A living city; task 1 is in progress."""
    made = make_city(session)
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge")
    return made


def file(
    session: Session, city: City, who: str, unit: str | None = None, ref: str = "1", seen: int = 0, **data: Any
) -> Answer:
    """File a part as one of the people."""
    unit_id = city.units[unit or OWN[who]].id
    return file_part(
        session, city.people[who], NOW, slug="shaoguan", ref=ref, unit_id=unit_id, seen=seen, data={**PART, **data}
    )


def row_of(session: Session, city: City, ref: str = "1") -> TaskRow:
    return city.row(session, ref)


def test_who_owes_a_part_are_the_other_leads_and_the_members(session: Session, city: City) -> None:
    names = {unit.id: name for name, unit in city.units.items()}
    owed = {names[unit_id]: collective for unit_id, collective in owing(row_of(session, city)).items()}
    assert owed == {"市教育局": None, "浈江区政府": "各县（市、区）政府", "武江区政府": "各县（市、区）政府"}
    assert next(iter(owed)) == "市教育局"


def test_the_first_named_lead_owes_none_even_as_a_member(session: Session, city: City) -> None:
    leads = city.unit_ids("浈江区政府", "市教育局")
    city.do(
        session, "supervisor", "1", "reassign", reason="换", leads=leads, supports=city.unit_ids("各县（市、区）政府")
    )
    assert city.units["浈江区政府"].id not in owing(row_of(session, city))


@pytest.mark.parametrize("who", OWN)
def test_who_may_file_a_part(session: Session, city: City, who: str) -> None:
    expected = ANSWERS.get(who, NotAllowed)
    if expected is None:
        assert file(session, city, who)["version"] == 1
    else:
        with pytest.raises(expected):
            file(session, city, who)
        assert session.scalar(select(func.count()).select_from(ReportPart)) == 0


def test_nobody_files_for_another_unit(session: Session, city: City) -> None:
    with pytest.raises(NotAllowed):
        file(session, city, "collective_member", "武江区政府")
    with pytest.raises(NotAllowed):
        file(session, city, "other_lead", "市财政局")


def test_no_part_before_the_dispatch_nor_after_the_end(session: Session, city: City) -> None:
    city.do(session, "supervisor", "1", "suspend", reason="暂缓")
    with pytest.raises(NotAllowed):
        file(session, city, "other_lead")
    city.do(session, "supervisor", "1", "resume")
    city.do(session, "supervisor", "1", "terminate", reason="并入")
    with pytest.raises(NotAllowed):
        file(session, city, "other_lead")


def test_a_part_moves_nothing_and_is_in_the_audit(session: Session, city: City) -> None:
    before = row_of(session, city)
    file(session, city, "other_lead")
    assert row_of(session, city) == before
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == PART_ACTION)).one()
    assert (entry.actor, entry.for_whom) == (city.people["other_lead"].key, f"unit:{city.units['市教育局'].id}")
    assert audit.broken_chains(session) == []


def test_the_audit_names_the_unit_that_the_part_is_of(session: Session, city: City) -> None:
    """Somebody who acts for two units."""
    user = session.get_one(User, city.people["other_lead"].user_id)
    give_role(session, user, "handler", city.units["浈江区政府"])
    city.people["both"] = reload_actor(session, city.people["other_lead"])
    file(session, city, "both", "浈江区政府")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == PART_ACTION)).one()
    assert entry.for_whom == f"unit:{city.units['浈江区政府'].id}"


def test_a_correction_is_a_new_version_and_the_old_one_stays(session: Session, city: City) -> None:
    file(session, city, "other_lead")
    assert file(session, city, "other_lead", seen=1, done="更正：共12所。", progress="")["version"] == 2
    texts = session.execute(select(ReportPart.done, ReportPart.progress).order_by(ReportPart.version)).all()
    assert [tuple(text) for text in texts] == [("本单位已完成上半年任务。", 40), ("更正：共12所。", None)]


def test_of_two_colleagues_one_wins(session: Session, city: City) -> None:
    city.people["colleague"] = make_person(session, city.units["市教育局"], "leader")
    file(session, city, "other_lead")
    with pytest.raises(StaleVersion):
        file(session, city, "colleague", "市教育局")


@pytest.mark.parametrize(
    ("data", "field"), [({"done": " "}, "done"), ({"progress": "130"}, "progress"), ({"done": "字" * 10_001}, "done")]
)
def test_faults_stand_at_their_fields(session: Session, city: City, data: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        file(session, city, "other_lead", **data)
    assert set(raised.value.fields) == {field}


def said(session: Session, city: City) -> list[dict[str, int | None]]:
    """Of each version of the report in order: unit -> version of the part that was in, None for a silent one."""
    reports = city.row(session, "1").current_report_id
    assert reports is not None
    found = reported_parts(session, range(1, reports + 1))
    return [{r.unit.name: r.part.version if r.part else None for r in found[key]} for key in sorted(found)]


def test_a_report_keeps_which_parts_were_in_and_who_was_silent(session: Session, city: City) -> None:
    file(session, city, "other_lead")
    city.do(session, "handler", "1", "report", **REPORT)
    file(session, city, "collective_member")
    city.do(session, "supervisor", "1", "return", reason="补充")
    file(session, city, "other_lead", seen=1)
    city.do(session, "handler", "1", "report", **REPORT)
    assert said(session, city) == [
        {"市教育局": 1, "浈江区政府": None, "武江区政府": None},
        {"市教育局": 2, "浈江区政府": 1, "武江区政府": None},
    ]


def test_after_the_verification_the_parts_are_those_of_the_next_report(session: Session, city: City) -> None:
    assert file(session, city, "other_lead")["sequence"] == 1
    city.do(session, "handler", "1", "report", **REPORT)
    assert file(session, city, "collective_member")["sequence"] == 1, "late, for the report that waits"
    city.do(session, "supervisor", "1", "verify")
    assert file(session, city, "other_lead")["sequence"] == 2
    assert [found.part is not None for found in part_rows(session, row_of(session, city), 2)] == [True, False, False]


def test_submitting_for_signature_keeps_the_parts_too(session: Session) -> None:
    city = make_city(session, definition="with_sign_off")
    city.go_live(session)
    city.do(session, "handler", "1", "acknowledge")
    file(session, city, "other_lead")
    city.do(session, "handler", "1", "submit", **REPORT)
    assert said(session, city) == [{"市教育局": 1, "浈江区政府": None, "武江区政府": None}]


def test_taking_over_puts_each_part_once_below_what_was_typed(session: Session, city: City) -> None:
    file(session, city, "other_lead", problems="经费未到位")
    file(session, city, "collective_member", done="第一行\r\n第二行")
    rows = part_rows(session, row_of(session, city), 1)
    once = taken_over(rows, {"done": "汇总如下：\r\n", "progress": "50"})
    assert once["done"] == "汇总如下：\n【市教育局】本单位已完成上半年任务。\n【浈江区政府】第一行\n第二行"
    assert once["problems"] == "【市教育局】经费未到位"
    assert once["progress"] == "50"
    assert taken_over(rows, once) == once
