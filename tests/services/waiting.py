"""What waits for an answer, as tests make it: requests for input and extensions on task 1 of the city."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy.orm import Session

from tests.factories import City, task_entry
from tests.services.reminding import at, living_city
from tracker.reporting.asking import answer, ask
from tracker.workflows.extending import ask_extension, decide_extension

ONE = [task_entry("1", ["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"], deadline="2023-12-29")]


def waiting_city(session: Session) -> City:
    """Live since 15 June 2023, task 1 in progress and acknowledged by both leads."""
    made = living_city(session, ONE)
    for who in ("handler", "other_lead"):
        made.do(session, who, "1", "acknowledge", now=at("2023-06-15"))
    return made


def ask_for(session: Session, city: City, *units: str, day: str = "2023-06-15", due: str = "2023-06-21") -> list[int]:
    """The first lead asks units for input; answers the ids of the requests."""
    form = {"units": city.unit_ids(*units), "question": "请提供拨付金额。", "due_on": due}
    done = ask(session, city.people["handler"], at(day, time(10)), slug="shaoguan", ref="1", data=form)
    return list(done["requests"])


def give_input(session: Session, city: City, request_id: int, day: str, clock: time = time(10)) -> None:
    """The supporting unit answers."""
    answer(
        session, city.people["supporting"], at(day, clock),
        slug="shaoguan", ref="1", request_id=request_id, seen=0, data={"answer": "已拨付120万元。"},
    )  # fmt: skip


def extend(session: Session, city: City, who: str, step: str = "", day: str = "2023-06-16", version: int = 0) -> None:
    """Ask for an extension, or decide (``step``) about the one that was asked for."""
    now, actor = at(day, time(10)), city.people[who]
    if step:
        decide_extension(
            session, actor, now, slug="shaoguan", ref="1", step=step, version=version, data={"reason": "否"}
        )
    else:
        asked = {"new_due_on": date(2024, 3, 29), "reason": "招标推迟", "so_far": "已招标"}
        ask_extension(session, actor, now, slug="shaoguan", ref="1", version=0, data=asked)
