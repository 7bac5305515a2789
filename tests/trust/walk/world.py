"""The world of the walk: a city with two living plans, one of each definition, and a task in each state of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, City, make_person, make_plan, make_unit, make_user, plan_document, task_entry
from tests.intake.drafting import start
from tests.trust.walk.people import IN_THE_CITY, PERSONS, SOMEBODY
from tests.unit import workflow_situations
from tests.unit.workflow_cells import STATES
from tests.unit.workflow_situations import ORDINARY, SUPPORTS, World, bring
from tests.web.browsing import set_day, writing
from tracker.access import NOBODY, SYSTEM, Actor
from tracker.clock import real_now
from tracker.directory.mail_choices import enter_absence
from tracker.directory.models import SignInSession, Unit, User
from tracker.directory.queries import actor_of
from tracker.directory.sessions import token_hash
from tracker.evaluations.commands import make_rounds
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan
from tracker.plans.queries import TaskRow, task_rows
from tracker.reporting.asking import ask
from tracker.reporting.comments import add_comment
from tracker.reporting.drafts import Seen, save_draft
from tracker.reporting.evidence.commands import add_files
from tracker.reporting.evidence.store import StoredFile, put
from tracker.workflows.extending import ask_extension
from tracker.workflows.models import Objection

MAIN = "with_sign_off"
PLANS = {MAIN: "shaoguan", "standard": "plain"}
DEADLINE = date(2024, 12, 27)
ASKED = {"new_due_on": "2025-03-28", "reason": "理由", "so_far": "已完成选址。"}
PAPER = ("佐证.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
LATER = timedelta(hours=12)
"""A comment from the end of the day can be corrected for as long as the walk takes."""
WRITTEN = "写到一半。"


def fill(app: Flask) -> None:
    """Make the world, on the day of NOW."""
    set_day(app, NOW)
    with writing(app) as session:
        city = factories.make_city(session, tasks("with_sign_off"), definition="with_sign_off")
        _more_people(session, city)
        _bring_all(session, city, "with_sign_off")
        document = plan_document(PLANS["standard"], "残工委办公室", tasks("standard"), title="养老服务发展规划")
        _bring_all(session, City(city.region, city.units, make_plan(session, city.region, document), city.people))
        start(session, SYSTEM, city.region.id)
        start(session, SYSTEM, city.region.id, title=city.plan.title)
        _things(session, city, app.config["SETTINGS"].evidence_folder)
        _sign_in(session, city)


def tasks(definition: str) -> list[dict[str, Any]]:
    """A task for each state of a definition, named by its letter; each has a deadline of its own."""
    letters = [letter for letter in STATES if definition == "with_sign_off" or letter != "W"]
    return [task_entry(letter, ORDINARY, SUPPORTS, deadline=DEADLINE.isoformat()) for letter in letters]


def _more_people(session: Session, city: City) -> None:
    """Those whom the city of the factories has not; everybody is named by what they are here."""
    units, people = city.units, {person: city.people[name] for person, name in IN_THE_CITY.items()}
    office = make_unit(session, city.region, "市养老办", kind="office")
    make_plan(session, city.region, plan_document("other", office.name, [task_entry("1")], title="另一规划"))
    for person, unit, role in (
        ("othld", "市教育局", "leader"),
        ("supld", "市财政局", "leader"),
        ("memld", "浈江区政府", "leader"),
        ("unitld", "市体育局", "leader"),
        ("former", "市民政局", "leader"),
    ):
        people[person] = make_person(session, units[unit], role)
    people["plansv"] = make_person(session, office, "supervisor")
    evaluator = make_user(session, "evaluator")
    factories.give_role(session, evaluator, "evaluator", region=city.region)
    people["evaluator"] = actor_of(session, evaluator)
    factories.end_role(session, session.get_one(User, people["former"].user_id), "leader")
    people["regionhd"] = _abroad(session, people["region"])
    for person, actor in people.items():
        session.get_one(User, actor.user_id).name = person
    session.flush()


def _abroad(session: Session, supervisor: Actor) -> Actor:
    """A plan of the other region, supervised by its supervisor, and a handler there."""
    office = session.get_one(Unit, supervisor.roles[0].unit_id)
    make_plan(session, office.region, plan_document("jiangmen", office.name, [task_entry("1")], title="外地规划"))
    return make_person(session, make_unit(session, office.region, "市民政局"), "handler")


def _bring_all(session: Session, city: City, definition: str = "standard") -> None:
    city.let_live(session)
    make_rounds(session, SYSTEM, NOW, city.plan)
    unit = workflow_situations.Unit(session, World(city, {}), "handler", "leader", definition == "with_sign_off")
    for row in task_rows(session, [city.plan.id]):
        bring(unit, row.ref, "ordinary")


def _things(session: Session, city: City, folder: Path) -> None:
    """What an address may name: a draft, a comment, a request for input, a file, an extension, a mail nobody got."""
    handler, slug = city.people["handler"], city.plan.slug
    version = city.row(session, "P").version
    save_draft(session, handler, NOW, slug=slug, ref="P", data={"done": WRITTEN}, seen=Seen(version))
    add_comment(session, handler, NOW + LATER, slug=slug, ref="P", data={"body": WRITTEN})
    asked = {"units": city.unit_ids("市财政局"), "question": "请提供数据。", "due_on": "2023-06-30"}
    ask(session, handler, NOW, slug=slug, ref="P", data=asked)
    add_files(session, handler, NOW, slug=slug, ref="P", files=[lay_evidence(folder)])
    ask_extension(session, handler, NOW, slug=slug, ref="P", version=0, data=ASKED)
    session.add(_objection(session, city, handler))
    away, deputy = (session.scalars(select(User.id).where(User.name == name)).one() for name in (SOMEBODY, "supld"))
    days = {"from_on": "2023-09-04", "to_on": "2023-09-08", "deputy": deputy}
    enter_absence(session, SYSTEM, NOW, user_id=away, version=0, data=days)
    mails = select(OutboxMessage.id).where(OutboxMessage.recipient == handler.key).order_by(OutboxMessage.id).limit(1)
    session.execute(update(OutboxMessage).where(OutboxMessage.id == session.scalars(mails).one()).values(state="dead"))


def _objection(session: Session, city: City, handler: Actor) -> Objection:
    """The lamp of the day before is contested; there was no day before, so no command would take it."""
    return Objection(
        task_id=city.row(session, "P").task_id,
        number=1,
        unit_id=city.units["市民政局"].id,
        user_id=handler.user_id,
        at=NOW,
        text=WRITTEN,
        lamp_on=date(2023, 6, 14),
        lamp="yellow",
        due_on=date(2023, 6, 26),
    )


def _sign_in(session: Session, city: City) -> None:
    """Everybody has a browser that is signed in, with a token that the walk knows."""
    moment = real_now()
    for user in session.scalars(select(User).where(User.name.in_(PERSONS))):
        digest = token_hash(token_of(user.name))
        session.add(SignInSession(token_hash=digest, user_id=user.id, created_at=moment, last_seen_at=moment))


def token_of(person: str) -> str:
    """What the cookie of somebody's browser holds."""
    return f"token of {person}"


def lay_evidence(folder: Path) -> StoredFile:
    """Put the file that waits into an application's folder of evidence."""
    return put(folder, PAPER[0], BytesIO(PAPER[1]))


@dataclass
class Stage:
    """The world as it is read: its people, its plans by definition, their tasks by state."""

    people: dict[str, Actor]
    plans: dict[str, Plan]
    rows: dict[str, dict[str, TaskRow]]


def stage_of(session: Session) -> Stage:
    """What ``fill`` made."""
    users = session.scalars(select(User).where(User.name.in_(PERSONS)))
    people = {**{user.name: actor_of(session, user) for user in users}, "nobody": NOBODY, "system": SYSTEM}
    assert set(people) == set(PERSONS), "everybody of the walk is there"
    plans = {
        definition: session.scalars(select(Plan).where(Plan.slug == slug)).one() for definition, slug in PLANS.items()
    }
    rows = {definition: {row.state: row for row in task_rows(session, [plan.id])} for definition, plan in plans.items()}
    return Stage(people, plans, rows)
