"""Brings real tasks into the situations of workflow_cells.txt, by commands alone: then the real command is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import COMPLETION, REPORT, UNPROVEN, City, end_role, give_role, make_city, reload_actor, task_entry
from tests.unit.workflow_cells import RELATIONS, STATES
from tracker.access import Actor
from tracker.directory.models import User

PEOPLE = {
    "other": "other_lead",
    "support": "supporting",
    "member": "collective_member",
    "superv": "supervisor",
    "hostsv": "host_supervisor",
    "admin": "administrator",
    "unit": "another_unit",
    "region": "another_region",
}
LEADS = {"host_first": ["市残联", "市教育局"], "host_other": ["市民政局", "市残联"]}
ORDINARY = ["市民政局", "市教育局"]
SUPPORTS = ["市财政局", "各县（市、区）政府"]
STATES_REACHED = {
    "ordinary": "DAPRVCT",
    "host_first": "DAPRT",
    "host_other": "DAPRT",
    "host_first_checked": "RVC",
    "host_other_checked": "RVC",
    "new_first_lead": "AP",
    "other_acknowledged": "APRV",
    "host_supports": "RV",
}
"""The states in which a situation is brought about for real; the rest speak of a report that waits: reported."""


@dataclass
class World:
    """A city with one task in each state (state -> ref), who stands for each relation, and good data for a trigger."""

    city: City
    refs: dict[str, str]
    actors: dict[str, Actor] = field(default_factory=dict)
    data: dict[str, dict[str, Any]] = field(default_factory=dict)


def build(session: Session, situation: str) -> World:
    """The world of one situation."""
    family = next((name for name in LEADS if situation.startswith(name)), "ordinary")
    leads = LEADS.get(family, ORDINARY)
    supports = [*SUPPORTS, "市残联"] if situation == "host_supports" else SUPPORTS
    letters = STATES_REACHED.get(situation, "R")
    city = make_city(session, [task_entry(letter, leads, supports) for letter in letters])
    city.let_live(session)
    world = World(city, {STATES[letter]: letter for letter in letters})
    people = {relation: PEOPLE.get(relation, relation) for relation in RELATIONS}
    if family == "host_first":
        people.update(handler="host_handler", leader="host_leader")
    if family == "host_other":
        people.update(other="host_handler")
    for letter in letters:
        _bring(session, world, letter, people["handler"], situation)
    world.actors = {relation: city.people[name] for relation, name in people.items()}
    new = ["市体育局", *leads] if situation == "new_first_lead" else leads
    world.data = {
        **{name: {} for name in ("dispatch", "acknowledge", "withdraw", "first_check", "verify", "close_out")},
        **{name: {"reason": "理由"} for name in ("decline", "return", "reopen", "terminate")},
        "report": REPORT,
        "reassign": {"reason": "理由", "leads": city.unit_ids(*new), "supports": city.unit_ids(*supports)},
    }
    return world


def _bring(session: Session, world: World, letter: str, handler: str, situation: str) -> None:
    """Bring the task named by the letter into that state, the way an official would."""
    city = world.city
    if letter == "D":
        return
    city.do(session, "supervisor", letter, "dispatch")
    if situation == "other_acknowledged":
        city.do(session, "other_lead", letter, "acknowledge")
    if letter == "T":
        city.do(session, "supervisor", letter, "terminate", reason="理由")
    if letter in "AT":
        return
    city.do(session, handler, letter, "acknowledge")
    if letter != "P":
        _report_and_check(session, world, letter, handler, situation)


def _report_and_check(session: Session, world: World, letter: str, handler: str, situation: str) -> None:
    city = world.city
    if situation in ("wrote", "host_first_wrote", "host_first_checked_wrote"):
        _let_supervisors_write(session, city, letter, handler, situation)
    city.do(session, handler, letter, "report", **(UNPROVEN if "unproven" in situation else COMPLETION))
    if situation.endswith("by_oneself"):
        city.do(session, "supervisor", letter, "first_check")
    elif "checked" in situation:
        city.do(session, "second_supervisor", letter, "first_check")
    if letter == "R":
        return
    city.do(session, "supervisor", letter, "verify")
    if letter == "C":
        city.do(session, "supervisor", letter, "close_out")


def _let_supervisors_write(session: Session, city: City, ref: str, handler: str, situation: str) -> None:
    """While they still worked in the lead unit, the supervisors wrote versions that were withdrawn."""
    for name in ("supervisor", "host_supervisor") if situation == "wrote" else ("supervisor",):
        user = session.get_one(User, city.people[name].user_id)
        unit = city.units["市民政局" if handler == "handler" else "市残联"]
        give_role(session, user, "leader", unit)
        city.do(session, reload_actor(session, city.people[name]), ref, "report", **REPORT)
        city.do(session, handler, ref, "withdraw")
        end_role(session, user, "leader")
        city.people[name] = reload_actor(session, city.people[name])
