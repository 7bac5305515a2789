"""Brings real tasks into the situations of the tables of cells, by commands alone: then the real command is asked."""

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
    "ordinary": "DAPWRVCST",
    "host_first": "DAPRT",
    "host_other": "DAPRT",
    "host_first_checked": "RVC",
    "host_other_checked": "RVC",
    "new_first_lead": "AP",
    "other_acknowledged": "APRV",
    "host_supports": "RV",
    **{f"suspended_from_{state}": "S" for state in ("assigned", "awaiting_sign_off", "reported")},
}
"""The states in which a situation is brought about for real; the rest speak of a report that waits: reported."""


@dataclass
class World:
    """A city with one task in each state (state -> ref), who stands for each relation, and good data for a trigger."""

    city: City
    refs: dict[str, str]
    actors: dict[str, Actor] = field(default_factory=dict)
    data: dict[str, dict[str, Any]] = field(default_factory=dict)


def build(session: Session, situation: str, definition: str) -> World:
    """The world of one situation in a plan of a definition."""
    family = next((name for name in LEADS if situation.startswith(name)), "ordinary")
    leads = LEADS.get(family, ORDINARY)
    supports = [*SUPPORTS, "市残联"] if situation == "host_supports" else SUPPORTS
    signs = definition == "with_sign_off"
    letters = [letter for letter in STATES_REACHED.get(situation, "R") if signs or letter != "W"]
    city = make_city(session, [task_entry(letter, leads, supports) for letter in letters], definition=definition)
    city.let_live(session)
    world = World(city, {STATES[letter]: letter for letter in letters})
    people = {relation: PEOPLE.get(relation, relation) for relation in RELATIONS}
    if family == "host_first":
        people.update(handler="host_handler", leader="host_leader")
    unit = Unit(session, world, people["handler"], people["leader"], signs)
    if family == "host_other":
        people.update(other="host_handler")
    for letter in letters:
        bring(unit, letter, situation)
    world.actors = {relation: city.people[name] for relation, name in people.items()}
    new = ["市体育局", *leads] if situation == "new_first_lead" else leads
    world.data = {
        **{
            name: {}
            for name in (
                "dispatch",
                "acknowledge",
                "sign_off",
                "withdraw",
                "first_check",
                "verify",
                "close_out",
                "resume",
            )
        },
        **{trigger: {"reason": "理由"} for trigger in ("decline", "return", "reopen", "suspend", "terminate")},
        "report": REPORT,
        "submit": REPORT,
        "reassign": {"reason": "理由", "leads": city.unit_ids(*new), "supports": city.unit_ids(*supports)},
    }
    return world


@dataclass(frozen=True)
class Unit:
    """The people of the first-named lead unit at work in a world; ``signs``: a leader signs each report."""

    session: Session
    world: World
    handler: str
    leader: str
    signs: bool

    def do(self, who: str, ref: str, trigger: str, **data: Any) -> None:
        """Fire a trigger."""
        self.world.city.do(self.session, who, ref, trigger, **data)

    def report(self, ref: str, content: dict[str, Any]) -> None:
        """Report, signed where that is asked for."""
        self.do(self.handler, ref, "submit" if self.signs else "report", **content)
        if self.signs:
            self.do(self.leader, ref, "sign_off")


def bring(unit: Unit, letter: str, situation: str) -> None:
    """Bring the task named by the letter into that state, the way an official would."""
    if letter == "D":
        return
    unit.do("supervisor", letter, "dispatch")
    if situation == "other_acknowledged":
        unit.do("other_lead", letter, "acknowledge")
    if letter == "T":
        unit.do("supervisor", letter, "terminate", reason="理由")
    if letter in "AT":
        return
    if letter == "S":
        _suspend(unit, situation)
        return
    unit.do(unit.handler, letter, "acknowledge")
    if letter == "W":
        unit.do(unit.handler, letter, "submit", **REPORT)
    elif letter != "P":
        _report_and_check(unit, letter, situation)


def _suspend(unit: Unit, situation: str) -> None:
    state = situation.removeprefix("suspended_from_") if situation != "ordinary" else "in_progress"
    if state != "assigned":
        unit.do(unit.handler, "S", "acknowledge")
    if state == "awaiting_sign_off":
        unit.do(unit.handler, "S", "submit", **REPORT)
    if state == "reported":
        unit.report("S", REPORT)
    unit.do("supervisor", "S", "suspend", reason="理由")


def _report_and_check(unit: Unit, letter: str, situation: str) -> None:
    if situation in ("wrote", "host_first_wrote", "host_first_checked_wrote"):
        _let_supervisors_write(unit, letter, situation)
    unit.report(letter, UNPROVEN if "unproven" in situation else COMPLETION)
    if situation.endswith("by_oneself"):
        unit.do("supervisor", letter, "first_check")
    elif "checked" in situation:
        unit.do("second_supervisor", letter, "first_check")
    if letter == "R":
        return
    unit.do("supervisor", letter, "verify")
    if letter == "C":
        unit.do("supervisor", letter, "close_out")


def _let_supervisors_write(unit: Unit, ref: str, situation: str) -> None:
    """While they still worked in the lead unit, the supervisors wrote (or signed) versions that were withdrawn."""
    session, city = unit.session, unit.world.city
    for name in ("supervisor", "host_supervisor") if situation == "wrote" else ("supervisor",):
        user = session.get_one(User, city.people[name].user_id)
        give_role(session, user, "leader", city.units["市民政局" if unit.handler == "handler" else "市残联"])
        writer = reload_actor(session, city.people[name])
        if unit.signs:
            unit.do(unit.handler, ref, "submit", **REPORT)
            city.do(session, writer, ref, "sign_off")
        else:
            city.do(session, writer, ref, "report", **REPORT)
        unit.do(unit.handler, ref, "withdraw")
        end_role(session, user, "leader")
        city.people[name] = reload_actor(session, city.people[name])
