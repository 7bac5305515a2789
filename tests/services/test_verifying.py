"""Verifying: two supervisors for what the host unit leads, none who wrote it, and no completion without proof."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import REPORT, UNPROVEN, City, give_role, make_city, reload_actor
from tests.services.acting import to_reported
from tracker.directory.models import User
from tracker.errors import NotAllowed
from tracker.workflows.models import FirstCheck
from tracker.workflows.policy import available_actions, task_facts, why_not_verify


@pytest.fixture
def city(session: Session) -> City:
    """A living city: tasks 1 to 3 are assigned, 4 waits for units."""
    made = make_city(session)
    made.go_live(session)
    return made


def test_the_host_units_report_takes_two_supervisors(session: Session, city: City) -> None:
    to_reported(session, city, "2", "host_handler")
    with pytest.raises(NotAllowed):
        city.do(session, "supervisor", "2", "verify")
    city.do(session, "supervisor", "2", "first_check")
    assert city.row(session, "2").state == "reported"
    for who in ("supervisor", "host_supervisor"):
        with pytest.raises(NotAllowed):
            city.do(session, who, "2", "verify")
    city.do(session, "second_supervisor", "2", "verify")
    assert city.row(session, "2").state == "verified"


def test_so_does_one_that_the_host_unit_leads_without_being_first_named(session: Session, city: City) -> None:
    to_reported(session, city, "3")
    with pytest.raises(NotAllowed):
        city.do(session, "supervisor", "3", "verify")
    city.do(session, "second_supervisor", "3", "first_check")
    city.do(session, "supervisor", "3", "verify")
    assert city.row(session, "3").state == "verified"


@pytest.mark.parametrize("back", ["return", "withdraw"])
def test_the_first_check_is_void_after_return_or_withdrawal(session: Session, city: City, back: str) -> None:
    to_reported(session, city, "2", "host_handler")
    city.do(session, "supervisor", "2", "first_check")
    who, data = ("second_supervisor", {"reason": "补充"}) if back == "return" else ("host_handler", {})
    city.do(session, who, "2", back, **data)
    city.do(session, "host_handler", "2", "report", **REPORT)
    with pytest.raises(NotAllowed):
        city.do(session, "second_supervisor", "2", "verify")
    city.do(session, "second_supervisor", "2", "first_check")
    city.do(session, "supervisor", "2", "verify")
    assert session.scalars(select(FirstCheck.user_id).order_by(FirstCheck.at, FirstCheck.report_id)).all() == [
        city.people["supervisor"].user_id,
        city.people["second_supervisor"].user_id,
    ]


def test_who_wrote_a_version_checks_nothing_of_that_report(session: Session, city: City) -> None:
    user = session.get_one(User, city.people["supervisor"].user_id)
    give_role(session, user, "leader", city.units["市民政局"])
    both = reload_actor(session, city.people["supervisor"])
    city.do(session, both, "1", "acknowledge")
    city.do(session, both, "1", "report", **REPORT)
    city.do(session, "second_supervisor", "1", "return", reason="补充")
    city.do(session, "handler", "1", "report", **REPORT)
    row = city.row(session, "1")
    facts = task_facts(session, both, city.plan, [row])[row.task_id]
    assert "verify" not in available_actions("standard", facts)
    assert why_not_verify(facts) == "You wrote or signed a version of this report, so others must verify it."
    with pytest.raises(NotAllowed):
        city.do(session, both, "1", "verify")
    city.do(session, "second_supervisor", "1", "verify")
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, both, "1", "verify")
    assert city.row(session, "1").state == "verified"


@pytest.mark.parametrize(
    "proof", [{"evidence": "验收文件"}, {"measured_value": "95.5", "measured_year": 2023, "measured_source": "统计"}]
)
def test_completion_without_evidence_or_value_cannot_be_verified(
    session: Session, city: City, proof: dict[str, Any]
) -> None:
    to_reported(session, city, "1", **UNPROVEN)
    row = city.row(session, "1")
    facts = task_facts(session, city.people["supervisor"], city.plan, [row])[row.task_id]
    assert available_actions("standard", facts) == ("return", "suspend", "terminate")
    with pytest.raises(NotAllowed, match="claims completion but names no evidence"):
        city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "return", reason="请附佐证材料")
    city.do(session, "handler", "1", "report", **UNPROVEN, **proof)
    city.do(session, "supervisor", "1", "verify")
    assert city.row(session, "1").completion_verified is True
