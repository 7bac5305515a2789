"""韶关 and 江门 in one database, both alive: people in each role, reports, comments, declined tasks, rounds, mails."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence_files import PDF
from tests.factories import COMPLETION, REPORT, give_role, load_seed, make_user
from tests.intake.drafting import upload_of
from tests.services.reminding import at
from tests.web.browsing import writing
from tracker.access import SYSTEM, Actor
from tracker.directory.models import Absence, Membership, Region, Unit, UnitAlias, User
from tracker.directory.queries import actor_of
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.intake.commands import start_draft
from tracker.intake.models import ImportDraft
from tracker.outbox.models import OutboxMessage
from tracker.plans.document import plan_document
from tracker.plans.models import Indicator, KeyTask, Plan, Project, Round, Section
from tracker.plans.queries import TaskRow, task_row, task_rows
from tracker.reminders.digest import compose_digests
from tracker.reminders.ledger import queue_reminders
from tracker.reporting.asking import ask
from tracker.reporting.comments import add_comment
from tracker.reporting.evidence.commands import add_files
from tracker.reporting.evidence.models import EvidenceFile
from tracker.reporting.evidence.store import StoredFile
from tracker.reporting.input_requests import askable
from tracker.reporting.models import Comment
from tracker.reporting.request_models import InputRequest
from tracker.workflows.commands import act, go_live

HOME, ELSEWHERE = "shaoguan", "jiangmen"
NOW = at("2023-09-04")
ROLES = ("handler", "leader", "supervisor", "observer")
PEOPLE = (*ROLES, "second")
MARK = "{}的内部情况"
"""What people of a region write: reports, comments, reasons."""


@dataclass
class Place:
    """A region as the walk needs it: its plan, its people by role, and the addresses of its objects."""

    plan: Plan
    people: dict[str, Actor]
    args: dict[str, list[str]]


def fill(app: Flask) -> None:
    """Both regions as on the first working day after the mid-term reports were due (4 September 2023)."""
    with writing(app) as session:
        for slug in (HOME, ELSEWHERE):
            _live(session, slug)


def places_of(session: Session) -> dict[str, Place]:
    """The two regions that ``fill`` made."""
    return {slug: _place(session, slug) for slug in (HOME, ELSEWHERE)}


def _place(session: Session, slug: str) -> Place:
    plan = session.scalars(select(Plan).where(Plan.slug == slug)).one()
    region = session.get_one(Region, plan.region_id)
    users = select(User).where(User.name.in_([f"{region.short_name} {role}" for role in PEOPLE]))
    people = {user.name.split()[1]: actor_of(session, user) for user in session.scalars(users)}
    return Place(plan, people, _addresses(session, plan))


def _live(session: Session, slug: str) -> None:
    early = at("2023-06-15")
    plan = load_seed(session, slug, early)
    make_rounds(session, SYSTEM, early, plan)
    place = Place(plan, _people(session, plan), {})
    go_live(session, SYSTEM, early, slug=slug)
    advance_rounds(session, at("2023-07-03"), plan)
    _work(session, place)
    start_draft(session, SYSTEM, early, region_id=plan.region_id, upload=upload_of(plan_document(session, plan)))
    for day in ("2023-08-31", "2023-09-01", "2023-09-04"):
        advance_rounds(session, at(day), plan)
        queue_reminders(session, at(day), plan)
        compose_digests(session, at(day))


def _people(session: Session, plan: Plan) -> dict[str, Actor]:
    region = session.get_one(Region, plan.region_id)
    lead = next(row.leads[0] for row in task_rows(session, [plan.id]) if row.leads)
    people = {}
    for role in PEOPLE:
        user = make_user(session, f"{region.short_name} {role}")
        if role == "observer":
            give_role(session, user, role, region=region)
        elif role in ("handler", "leader"):
            give_role(session, user, role, session.get_one(Unit, lead.unit_id))
        else:
            give_role(session, user, "supervisor", session.get_one(Unit, plan.supervising_unit_id))
        people[role] = actor_of(session, user)
    return people


def led_by(session: Session, place: Place) -> list[TaskRow]:
    """The tasks that the place's handler reports on and one supervisor verifies."""
    mine, host = place.people["handler"].unit_ids, place.plan.supervising_unit.host_unit_id
    rows = [row for row in task_rows(session, [place.plan.id]) if row.leads and row.leads[0].unit_id in mine]
    return [row for row in rows if host not in [unit.unit_id for unit in row.leads]]


def _work(session: Session, place: Place) -> None:
    """Of the handler's tasks one each is declined, waits, is returned, is verified; the first is commented."""
    region = session.get_one(Region, place.plan.region_id)
    words = MARK.format(region.short_name)
    declined, waits, returned, verified = (row.ref for row in led_by(session, place)[:4])

    def do(who: str, ref: str, trigger: str, day: str, **data: object) -> None:
        moment: datetime = at(day, time(10))
        version = task_row(session, place.plan, ref).version
        slug = place.plan.slug
        act(session, place.people[who], moment, slug=slug, ref=ref, trigger=trigger, version=version, data=data)

    do("handler", declined, "decline", "2023-07-04", reason=words)
    for ref in (waits, returned, verified):
        do("handler", ref, "acknowledge", "2023-07-05")
        file = StoredFile(f"{words}.pdf", "application/pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
        add_files(session, place.people["handler"], at("2023-08-09"), slug=place.plan.slug, ref=ref, files=[file])
        do("handler", ref, "report", "2023-08-10", **{**(COMPLETION if ref == verified else REPORT), "done": words})
    do("supervisor", returned, "return", "2023-08-11", reason=words)
    do("supervisor", verified, "verify", "2023-08-11")
    slug, moment = place.plan.slug, at("2023-08-14")
    add_comment(session, place.people["supervisor"], moment, slug=slug, ref=waits, data={"body": words})
    asked = askable(task_row(session, place.plan, waits))[:2]
    data = {"units": asked, "question": words, "due_on": "2023-08-18"}
    ask(session, place.people["handler"], moment, slug=slug, ref=waits, data=data)
    handler, days = place.people["handler"], {"from_on": date(2023, 10, 9), "to_on": date(2023, 10, 13)}
    session.add(Absence(user_id=handler.user_id, entered_by_id=handler.user_id, entered_at=moment, **days))


def _addresses(session: Session, plan: Plan) -> dict[str, list[str]]:
    """Argument of an address -> values that name things of this plan's region."""
    units = select(Unit.id).where(Unit.region_id == plan.region_id).order_by(Unit.id)
    keys = [f"unit:{unit_id}" for unit_id in session.scalars(units)]
    memberships = session.execute(
        select(Membership.id, Membership.user_id).where(Membership.region_id == plan.region_id)
    ).all()
    keys += [f"user:{user_id}" for _, user_id in memberships]
    drafts = select(ImportDraft.id).where(ImportDraft.region_id == plan.region_id)
    files = select(EvidenceFile.id).join(KeyTask).where(KeyTask.plan_id == plan.id)
    away = select(Absence.id).where(Absence.user_id.in_([user_id for _, user_id in memberships]))
    mails = session.scalars(select(OutboxMessage.id).where(OutboxMessage.recipient.in_(keys)))
    return {
        "slug": [plan.slug],
        "ref": [row.ref for row in task_rows(session, [plan.id]) if row.leads][:5],
        "unit_id": [str(unit_id) for unit_id in list(session.scalars(units))[:4]],
        "round_id": [str(i) for i in session.scalars(select(Round.id).where(Round.plan_id == plan.id))],
        "message_id": [str(message_id) for message_id in list(mails)[:4]],
        "membership_id": [str(memberships[0].id)],
        "evidence_id": [str(evidence_id) for evidence_id in session.scalars(files)],
        "comment_id": _ids(session, Comment, plan),
        "request_id": _ids(session, InputRequest, plan),
        "draft_id": [str(draft_id) for draft_id in session.scalars(drafts)],
        "user_id": [str(user_id) for user_id in dict.fromkeys(user_id for _, user_id in memberships)],
        "absence_id": [str(absence_id) for absence_id in session.scalars(away)],
    }


def _ids(session: Session, of: type[Comment] | type[InputRequest], plan: Plan) -> list[str]:
    """The ids of comments or requests on the plan's tasks."""
    tasks = select(KeyTask.id).where(KeyTask.plan_id == plan.id)
    return [str(found) for found in session.scalars(select(of.id).where(of.task_id.in_(tasks)))]


def words_of(session: Session, plan: Plan) -> set[str]:
    """Everything that only somebody of the region may read: names, titles, texts, what was written."""
    region = session.get_one(Region, plan.region_id)
    words = {plan.title, region.slug, region.name, region.short_name, MARK.format(region.short_name)}
    words |= set(session.scalars(select(UnitAlias.name).where(UnitAlias.region_id == region.id)))
    words |= {text[:16] for text in session.scalars(select(KeyTask.text).where(KeyTask.plan_id == plan.id))}
    words |= set(session.scalars(select(Section.title).where(Section.plan_id == plan.id)))
    words |= {text[:16] for text in session.scalars(select(Project.text).where(Project.plan_id == plan.id))}
    words |= set(session.scalars(select(Indicator.name).where(Indicator.plan_id == plan.id)))
    return words


def secrets_of(session: Session, hidden: Plan, shown: Plan) -> list[str]:
    """The words of ``hidden`` that do not stand in what people of ``shown`` may read anyway."""
    open_words = " ".join(words_of(session, shown))
    texts = session.scalars(select(KeyTask.text).where(KeyTask.plan_id == shown.id))
    readable = open_words + " ".join(texts) + (shown.issuer or "")
    return sorted(word for word in words_of(session, hidden) if len(word) > 1 and word not in readable)
