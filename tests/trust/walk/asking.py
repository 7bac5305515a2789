"""The walk in process: the permission map is asked for every action, situation, state and person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tests.trust.walk.people import PERSONS, RELATION, SOMEBODY
from tests.trust.walk.tables import NO_STATE, ORDINARY, Actions, trigger_answers
from tests.trust.walk.world import Stage
from tracker.access import Facts, authorise, region_facts
from tracker.directory.policy import person_facts
from tracker.errors import NotAllowed, NotFound
from tracker.plans.policy import plan_facts
from tracker.workflows.definitions import DEFINITIONS
from tracker.workflows.policy import task_facts


@dataclass(frozen=True, slots=True)
class Question:
    """May this person do it here, and what the tables say."""

    action: str
    plan: str
    situation: str
    state: str
    person: str
    answer: str
    facts: Facts

    def __str__(self) -> str:
        return f"{self.plan}, {self.situation}: {self.person} does {self.action} on {self.state}"


def facts_of(session: Session, stage: Stage) -> dict[tuple[str, str, str, str], Facts]:
    """(definition, subject, state, person) -> the facts, as the product itself reads them from the database."""
    found = {}
    someone = stage.people[SOMEBODY]
    places = [(role.region_id, role.unit_id) for role in someone.roles]
    assert someone.user_id is not None
    for definition, plan in stage.plans.items():
        rows = list(stage.rows[definition].values())
        for person in PERSONS:
            actor = stage.people[person]
            of_tasks = task_facts(session, actor, plan, rows)
            for row in rows:
                found[definition, "task", row.state, person] = of_tasks[row.task_id]
            found[definition, "plan", NO_STATE, person] = plan_facts(actor, plan)
            found[definition, "region", NO_STATE, person] = region_facts(actor, plan.region_id)
            found[definition, "person", NO_STATE, person] = person_facts(actor, someone.user_id, places)
    return found


def questions(session: Session, stage: Stage, table: Actions) -> list[Question]:
    """Every cell there is: the actions of the table in each situation, and the triggers of each definition."""
    facts = facts_of(session, stage)
    return [*_of_actions(facts, table), *_of_triggers(facts)]


def _of_actions(facts: dict[tuple[str, str, str, str], Facts], table: Actions) -> Iterator[Question]:
    for situation, changed in {ORDINARY: {}, **table.situations}.items():
        for (definition, subject, state, person), known in facts.items():
            here = replace(known, **changed)
            for action in (action for action, of in table.subjects.items() if of == subject):
                answer = table.answer(situation, action, state, person)
                yield Question(action, definition, situation, state, person, answer, here)


def _of_triggers(facts: dict[tuple[str, str, str, str], Facts]) -> Iterator[Question]:
    for definition, whole in DEFINITIONS.items():
        answers = trigger_answers(definition)
        for (plan, subject, state, person), known in facts.items():
            if plan == definition and subject == "task":
                for trigger in whole.triggers:
                    answer = answers[trigger, state, RELATION[person]]
                    may = answer if answer in "-?" else "y"
                    yield Question(f"task.{trigger}", plan, ORDINARY, state, person, may, known)


def differences(asked: list[Question]) -> list[str]:
    """Every cell in which the map answers otherwise than the tables."""
    found = []
    for question in asked:
        try:
            authorise(question.action, question.facts)
            told = "y"
        except NotAllowed:
            told = "-"
        except NotFound:
            told = "?"
        if told != question.answer:
            found.append(f"{question}: the table says {question.answer}, the map {told}")
    return found
