"""Why no mail came on a day: every reason, from databases that were really ticked."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import COMPLETION, REPORT, end_role, give_role, make_user, task_entry
from tests.services.explaining import Said, pass_days, reasons, said, set_deadline
from tests.services.reminding import at, living_city, one_task, report, tick
from tracker.directory.models import Membership, User
from tracker.directory.queries import actor_of


@pytest.mark.both_databases
def test_not_needed_because_it_was_reported(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-11")
    report(session, city, "2023-08-12")
    pass_days(session, city, "2023-08-12", "2023-08-31")
    assert said(session, city, "2023-08-22") == [
        "7 working days before the reports are due: Not needed: reported on 12 August 2023.",
        "The last one before this day: 20 July 2023.",
    ]
    assert reasons(session, city, "2023-08-31", now="2023-08-15")[0] == "Not needed: reported on 12 August 2023."


def test_a_row_that_waited_when_the_report_came(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-21")
    tick(session, city.plan, "2023-08-22", time(7))
    report(session, city, "2023-08-22")
    tick(session, city.plan, "2023-08-22", time(11))
    assert said(session, city, "2023-08-22") == [
        "7 working days before the reports are due: Not needed: reported on 22 August 2023."
    ]


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        (["report", "verify"], "Not needed: the report was verified on 14 July 2023."),
        (["report", "verify", "close_out"], "Not needed: closed out on 14 July 2023."),
        (["suspend"], "Not needed: suspended since 14 July 2023."),
        (["terminate"], "Not needed: terminated on 14 July 2023."),
    ],
)
def test_not_needed_because_of_what_was_done(session: Session, acts: Said, words: str) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-07-13")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-07-14"))
    for act in acts:
        data = REPORT if act == "report" else {"reason": "理由"}
        city.do(session, "handler" if act == "report" else "supervisor", "1", act, now=at("2023-07-14"), **data)
    pass_days(session, city, "2023-07-14", "2023-07-21")
    assert reasons(session, city, "2023-07-20", now="2023-07-21")[0] == words


def test_a_verified_completion_ends_the_deadline_alone(session: Session) -> None:
    city = one_task(session, "2023-08-10")
    pass_days(session, city, "2023-06-15", "2023-06-19")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-20"))
    city.do(session, "handler", "1", "report", now=at("2023-06-20"), **COMPLETION)
    city.do(session, "supervisor", "1", "verify", now=at("2023-06-21"))
    pass_days(session, city, "2023-06-21", "2023-08-10")
    assert reasons(session, city, "2023-08-01")[0] == "Not needed: the completion was verified on 21 June 2023."


def test_not_needed_because_it_was_declined(session: Session) -> None:
    city = one_task(session)
    city.do(session, "handler", "1", "decline", now=at("2023-07-14"), reason="不属本单位职责")
    pass_days(session, city, "2023-06-15", "2023-07-21")
    assert reasons(session, city, "2023-07-20", now="2023-07-21")[0] == (
        "Not needed: the lead unit declined on 14 July 2023, and nobody had the task."
    )


def test_not_needed_because_it_was_never_dispatched(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2")])
    pass_days(session, city, "2023-06-15", "2023-07-21")
    words = "Not needed: the task was not dispatched."
    assert reasons(session, city, "2023-07-20", ref="2", now="2023-07-21")[0] == words


def test_not_needed_because_it_was_acknowledged(session: Session) -> None:
    city = one_task(session)
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-20"))
    pass_days(session, city, "2023-06-15", "2023-06-25")
    assert said(session, city, "2023-06-25", now="2023-06-26")[0] == (
        "Not acknowledged for 5 working days: Not needed: 市民政局 acknowledged on 20 June 2023."
    )


def test_a_deadline_that_was_moved(session: Session) -> None:
    city = one_task(session, "2023-08-10")
    pass_days(session, city, "2023-06-15", "2023-07-21")
    tick(session, city.plan, "2023-08-01", time(7))
    set_deadline(session, city, "2023-10-31", at("2023-08-01", time(8)))
    tick(session, city.plan, "2023-08-01")
    assert said(session, city, "2023-08-01") == [
        "7 working days before the deadline: Not needed: the date was moved to 31 October 2023."
    ]


@pytest.mark.both_databases
def test_reassigned_to_another_unit(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-07-03")
    to = {"leads": city.unit_ids("市教育局"), "supports": city.unit_ids("市民政局"), "reason": "职能调整"}
    city.do(session, "supervisor", "1", "reassign", now=at("2023-07-14"), **to)
    pass_days(session, city, "2023-07-14", "2023-07-20")
    words = "The task was reassigned on 14 July 2023, from then on to 市教育局."
    assert reasons(session, city, "2023-07-20", now="2023-07-21")[0] == words
    assert reasons(session, city, "2023-07-03", now="2023-07-21", who="other_lead")[0] == (
        "市教育局 leads the task only since 14 July 2023."
    )
    assert reasons(session, city, "2023-07-20", now="2023-07-20", who="other_lead")[0].startswith("In the digest of")


@pytest.mark.both_databases
def test_a_contact_only_before_or_only_after(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-07-03")
    leaver = session.get_one(User, city.people["handler"].user_id)
    end_role(session, leaver, "handler", at("2023-07-10"))
    newcomer = make_user(session, "新来的经办人")
    give_role(session, newcomer, "handler", city.units["市民政局"])
    session.execute(update(Membership).where(Membership.user_id == newcomer.id).values(from_at=at("2023-07-10")))
    city.people["newcomer"] = actor_of(session, newcomer)
    pass_days(session, city, "2023-07-10", "2023-07-20")
    assert reasons(session, city, "2023-07-20", now="2023-07-21")[0] == (
        "市民政局 经办人 was not a contact of 市民政局 any more: until 10 July 2023."
    )
    assert reasons(session, city, "2023-07-03", now="2023-07-21", who="newcomer")[0] == (
        "新来的经办人 was not a contact of 市民政局 then, only from 10 July 2023."
    )
    assert reasons(session, city, "2023-07-20", now="2023-07-20", who="newcomer")[0].startswith("In the digest of")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("leader", "It goes to the handlers of 市民政局; its leader gets it where there is none."),
        ("市民政局", "It goes to the people of 市民政局; its mailbox gets it where there is nobody."),
        ("supporting", "It goes to the lead units: 市民政局."),
        ("supervisor", "It goes to the lead units: 市民政局."),
        ("another_unit", "市体育局 经办人 has no part in this task."),
    ],
)
def test_somebody_else_gets_it(session: Session, who: str, words: str) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"], ["市财政局"])])
    pass_days(session, city, "2023-06-15", "2023-07-20")
    assert reasons(session, city, "2023-07-20", now="2023-07-21", who=who)[0] == words


def test_a_supervisor_is_reminded_of_what_waits_and_told_what_does_not(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2", ["市教育局"])])
    pass_days(session, city, "2023-06-15", "2023-08-24")
    report(session, city, "2023-08-25")
    for day in ("2023-10-20", "2023-10-30", "2023-10-31"):
        tick(session, city.plan, day)
    assert said(session, city, "2023-10-31", now="2023-11-01", who="supervisor") == [
        "Verification is due: In the digest of 31 October 2023, which is being handed over."
    ]
    assert said(session, city, "2023-10-31", now="2023-11-01", who="supervisor", ref="2")[0] == (
        "Verification is due: Not needed: no report of this task waited for verification."
    )


def test_no_tick_and_later_the_need_had_gone(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-07-19")
    report(session, city, "2023-07-25")
    tick(session, city.plan, "2023-07-26")
    assert reasons(session, city, "2023-07-20", now="2023-07-27")[0] == (
        "No reminder was made on this day: the scheduler did not run, and later the need had gone."
    )
