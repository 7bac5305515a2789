"""The contacts in a file: what is wrong with a row, and that nothing is taken unless all of it holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, make_unit
from tests.services.contact_files import GOOD, text, workbook
from tracker.access import SYSTEM, Actor
from tracker.audit.models import AuditEntry
from tracker.directory.commands import add_alias
from tracker.directory.contacts import Preview, import_contacts, preview_file
from tracker.directory.models import Membership, Region, SignInSession, User
from tracker.directory.sessions import live_session, open_session
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.i18n import translator
from tracker.outbox.models import OutboxMessage
from tracker.workflows.people import disable_user

REAL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def city(session: Session) -> City:
    """A city with people in it."""
    return make_city(session)


def preview(session: Session, city: City, content: bytes, actor: Actor = SYSTEM) -> Preview:
    """What importing would do."""
    return preview_file(session, actor, region_id=city.region.id, content=content)


def take_in(session: Session, city: City, content: bytes, actor: Actor = SYSTEM) -> Preview:
    """Import a file."""
    entries = [row.entry for row in preview(session, city, content, actor).rows]
    return import_contacts(session, actor, NOW, REAL, region_id=city.region.id, entries=entries)


def complaints(session: Session, city: City, content: bytes, actor: Actor = SYSTEM) -> list[tuple[int, str]]:
    """(row, sentence in English) of every error."""
    return [(error.row, error.text(translator("en"))) for error in preview(session, city, content, actor).errors]


def counted(session: Session) -> tuple[int | None, ...]:
    """How much there is of everything that an import writes."""
    tables = (User, Membership, OutboxMessage, AuditEntry)
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("市气象局", "甲", "a@example.test", "经办人"), "“市气象局” is no unit of 韶关市."),
        (("各县（市、区）政府", "甲", "a@example.test", "经办人"), "is a collective unit"),
        (("", "甲", "a@example.test", "经办人"), "The unit is missing."),
        (("市体育局", "", "a@example.test", "经办人"), "The name is missing"),
        (("市体育局", "甲" * 101, "a@example.test", "经办人"), "longer than 100"),
        (("市体育局", "甲", "", "经办人"), "The e-mail address is missing."),
        (("市体育局", "甲", "a＠example.test", "经办人"), "“a＠example.test” is no e-mail address."),
        (("市体育局", "甲", "a@b@example.test", "经办人"), "is no e-mail address."),
        (("市体育局", "甲", "a@example", "经办人"), "is no e-mail address."),
        (("市体育局", "甲", "a@example.test", "科长"), "“科长” is no role."),
        (("市体育局", "甲", "a@example.test", ""), "“” is no role."),
        (("市体育局", "=A1", "a@example.test", "经办人"), "The row holds a formula"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_what_to_do(
    session: Session, city: City, row: tuple[str, ...], sentence: str
) -> None:
    for content in (workbook(GOOD[0], row), text(GOOD[0], row)):
        [(number, said)] = complaints(session, city, content)
        assert number == 3
        assert sentence in said


def test_every_error_of_a_row_and_every_bad_row_is_told(session: Session, city: City) -> None:
    said = complaints(
        session, city, text(("", "", "x", "科长"), GOOD[0], ("市气象局", "甲", "a@example.test", "经办人"))
    )
    assert [row for row, _sentence in said] == [2, 2, 2, 4]


def test_an_alias_names_its_unit(session: Session, city: City) -> None:
    add_alias(session, city.region.id, city.units["市体育局"], "体育局")
    done = take_in(session, city, text(("体育局", "甲", "a@example.test", "经办人")))
    assert [row.unit for row in done.rows] == ["市体育局"]


def test_the_same_row_twice_and_one_address_with_two_names(session: Session, city: City) -> None:
    content = text(
        GOOD[0],
        GOOD[0],
        ("市民政局", GOOD[0][1], GOOD[0][2], "经办人"),
        ("市教育局", "另一人", GOOD[0][2], "经办人"),
    )
    assert complaints(session, city, content) == [
        (3, "The same as row 2. Take one of them out."),
        (5, "Row 2 has this e-mail address with the name “市体育局 经办人（二）”. An address belongs to one person."),
    ]


def test_a_disabled_account_and_another_name_for_a_known_address(session: Session, city: City) -> None:
    gone = session.get_one(User, city.people["another_unit"].user_id)
    disable_user(session, SYSTEM, NOW, REAL, user=gone)
    known = session.get_one(User, city.people["handler"].user_id)
    content = text(("市体育局", "甲", gone.email, "经办人"), ("市民政局", "乙", known.email, "经办人"))
    said = complaints(session, city, content)
    sentence = "is closed. Open it again on the page of the person, or write another e-mail address."
    assert said[0] == (2, f"The account of {gone.email} {sentence}")
    assert f"{known.email} is in the directory as “市民政局 经办人”." in said[1][1]


def test_a_supervisor_learns_no_name_of_another_region(session: Session, city: City) -> None:
    foreign = session.get_one(User, city.people["another_region"].user_id)
    rows = preview(session, city, text(("市体育局", "甲", foreign.email, "经办人")), city.people["supervisor"]).rows
    assert [(row.outcome, row.errors) for row in rows] == [("new_role", ())]


def test_nothing_is_imported_while_a_row_is_wrong(session: Session, city: City) -> None:
    before = counted(session)
    with pytest.raises(InvalidInput):
        take_in(session, city, text(*GOOD, ("市气象局", "甲", "a@example.test", "经办人")))
    assert counted(session) == before


@pytest.mark.both_databases
def test_an_import_makes_accounts_with_roles_and_activation_mails(session: Session, city: City) -> None:
    done = take_in(session, city, workbook(*GOOD))
    assert done.count("new") == 3
    held = session.execute(
        select(User.email, Membership.role).join(User, User.id == Membership.user_id).where(User.email.in_(
            ["sports@example.test", "civil@example.test", "school@example.test"]
        )).order_by(User.id)
    ).all()  # fmt: skip
    assert [tuple(row) for row in held] == [
        ("sports@example.test", "handler"), ("civil@example.test", "leader"), ("school@example.test", "handler"),
    ]  # fmt: skip
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account")).all()
    assert {mail.template for mail in mails} == {"activation"}
    assert [mail.to_address for mail in mails] == ["sports@example.test", "civil@example.test", "school@example.test"]


@pytest.mark.both_databases
def test_the_same_file_again_changes_nothing(session: Session, city: City) -> None:
    take_in(session, city, workbook(*GOOD))
    before = counted(session)
    again = take_in(session, city, text(*GOOD, encoding="gb18030"))
    assert (again.changes, again.count("known")) == (False, 3)
    assert counted(session) == before


def test_a_known_person_gets_the_new_role_and_signs_in_anew(session: Session, city: City) -> None:
    user = session.get_one(User, city.people["handler"].user_id)
    token = open_session(session, REAL, user.id)
    done = take_in(session, city, text(("市体育局", user.name, user.email, "负责人")))
    assert done.count("new_role") == 1
    assert live_session(session, REAL, token) is None
    assert session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account")).all() == []
    assert session.scalars(select(SignInSession.revoked_at)).all() == [REAL]


def test_observers_need_no_unit_and_only_administrators_name_them(session: Session, city: City) -> None:
    content = text(("市政府", "市政府 领导", "head@example.test", "领导"))
    supervisor = city.people["supervisor"]
    assert complaints(session, city, content, supervisor) == [
        (2, "Only an administrator gives the role “领导”. Take the row out.")
    ]
    take_in(session, city, content, city.people["administrator"])
    user = session.scalars(select(User).where(User.email == "head@example.test")).one()
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    assert (held.role, held.unit_id, held.region_id) == ("observer", None, city.region.id)


def test_a_supervisor_imports_contacts_of_their_region_alone(session: Session, city: City) -> None:
    take_in(session, city, text(*GOOD), city.people["supervisor"])
    with pytest.raises(NotFound):
        preview(session, city, text(*GOOD), city.people["another_region"])
    for name in ("handler", "leader", "observer"):
        with pytest.raises(NotAllowed):
            preview(session, city, text(*GOOD), city.people[name])


def test_a_supervisor_gives_themselves_nothing_by_a_file(session: Session, city: City) -> None:
    supervisor = city.people["supervisor"]
    me = session.get_one(User, supervisor.user_id)
    [(_row, said)] = complaints(session, city, text(("市体育局", me.name, me.email, "经办人")), supervisor)
    assert said == "This is your own account, whose roles you cannot change. Take the row out."


def test_units_of_another_region_are_none_of_this_one(session: Session, city: City) -> None:
    foreign = session.scalars(
        select(Membership.region_id).where(Membership.user_id == city.people["another_region"].user_id)
    ).one()
    make_unit(session, session.get_one(Region, foreign), "市海洋局")
    [(_row, said)] = complaints(session, city, text(("市海洋局", "甲", "a@example.test", "经办人")))
    assert "“市海洋局” is no unit of 韶关市." in said
