"""The contacts file: what is read, what is wrong with a row, and that nothing is taken unless all of it holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, make_unit
from tracker.access import SYSTEM, Actor
from tracker.audit.models import AuditEntry
from tracker.directory.commands import add_alias
from tracker.directory.contact_rows import entries_of
from tracker.directory.contacts import Preview, import_contacts, preview_file
from tracker.directory.models import Membership, Region, SignInSession, User
from tracker.directory.sessions import live_session, open_session
from tracker.directory.spreadsheet import LARGEST_CONTENT, LARGEST_FILE, LAST_ROW, MOST_ROWS, read_lines
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.i18n import translator
from tracker.outbox.models import OutboxMessage
from tracker.workflows.people import disable_user

REAL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HEADINGS = ("单位", "姓名", "电子邮箱", "角色")
GOOD = (
    ("市体育局", "市体育局 经办人（二）", "Sports@Example.test", "经办人"),
    ("市民政局", "市民政局 负责人（二）", "civil@example.test", "单位负责人"),
    ("市教育局", "市教育局 联络员", "school@example.test", "联络员"),
)


@pytest.fixture
def city(session: Session) -> City:
    """A city with people in it."""
    return make_city(session)


def workbook(*rows: Sequence[object], headings: Sequence[object] = HEADINGS) -> bytes:
    """An .xlsx file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8", mark: str = ",") -> bytes:
    """A .csv file."""
    return "\r\n".join(mark.join(row) for row in (headings, *rows)).encode(encoding)


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


# ---- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        workbook(*GOOD),
        text(*GOOD),
        text(*GOOD, encoding="utf-8-sig"),
        text(*GOOD, encoding="gb18030"),
        text(*GOOD, encoding="utf-16"),
        text(*GOOD, mark=";"),
        text(*GOOD, mark="\t"),
        workbook(*GOOD, headings=("Unit", "Name", "E-mail", "Role")),
        text(
            *[(role, mail, name, unit) for unit, name, mail, role in GOOD], headings=("角 色", "邮箱", "姓名", "单位")
        ),
    ],
    ids=["xlsx", "utf-8", "utf-8-sig", "gb18030", "utf-16", "semicolons", "tabs", "english headings", "other order"],
)
def test_every_form_of_the_file_reads_the_same(content: bytes) -> None:
    entries = entries_of(read_lines(content))
    assert [(e.row, e.unit, e.name, e.email, e.role) for e in entries] == [
        (2, "市体育局", "市体育局 经办人（二）", "sports@example.test", "handler"),
        (3, "市民政局", "市民政局 负责人（二）", "civil@example.test", "leader"),
        (4, "市教育局", "市教育局 联络员", "school@example.test", "handler"),
    ]


def test_rows_have_the_numbers_that_the_office_program_shows() -> None:
    title = ["韶关市各单位联系人"]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (title, [], HEADINGS, [None, "  ", None, None], GOOD[0], [], GOOD[1]):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    assert [entry.row for entry in entries_of(read_lines(stream.getvalue()))] == [5, 7]
    lines = [
        "韶关市各单位联系人",
        "",
        "单位,姓名,邮箱,角色",
        '市体育局,"市体育局\n经办人",a@example.test,经办人',
        "市民政局,乙,b@example.test,负责人",
    ]
    assert [entry.row for entry in entries_of(read_lines("\n".join(lines).encode()))] == [4, 6]


def bomb() -> bytes:
    """A small archive whose content is larger than is taken."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (LARGEST_CONTENT + 1))
    return stream.getvalue()


def with_entities() -> bytes:
    """A workbook whose sheet grows when its entities are read."""
    source = zipfile.ZipFile(io.BytesIO(workbook(*GOOD)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                content = entities + content.replace(b"<sheetData>", b"<sheetData><row><c><v>&b;</v></c></row>")
            archive.writestr(name, content)
    return stream.getvalue()


def with_last_row(number: int) -> bytes:
    """A small workbook whose last row says that it is the ``number``-th."""
    source = zipfile.ZipFile(io.BytesIO(workbook(*GOOD)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<row r="4"', b'<row r="%d"' % number)
                assert b"%d" % number in content
            archive.writestr(name, content)
    return stream.getvalue()


def test_blank_rows_in_between_are_passed_over() -> None:
    assert [entry.row for entry in entries_of(read_lines(with_last_row(LAST_ROW)))] == [2, 3, LAST_ROW]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"  \r\n ", "The file is empty."),
        (b",,,\n,,,\n", "The file is empty."),
        (b"PK\x03\x04 no archive", "cannot be read as a table"),
        (b"\xd0\xcf\x11\xe0 old workbook", "the old kind (.xls)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "cannot be read as a table"),
        (bomb(), "The file is too large"),
        (with_entities(), "cannot be read as a table"),
        (b"x" * (LARGEST_FILE + 1), "The file is too large"),
        (text(*[GOOD[0]] * (MOST_ROWS + 1)), "The file is too large"),
        (with_last_row(1_048_576), "The file is too large"),
        (b"\n" * LAST_ROW + text(*GOOD), "The file is too large"),
        (workbook(*GOOD, headings=("单位", "姓名", "电话", "角色")), "No row with the headings"),
        (text(), "There is no row below the headings"),
    ],
    ids=[
        *("empty", "blank", "blank cells", "broken archive", "xls", "picture", "zip bomb", "entity bomb"),
        *("too many bytes", "too many rows", "a row far below", "blank rows", "no headings", "headings only"),
    ],
)
def test_what_is_no_contacts_file_is_refused_with_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        entries_of(read_lines(content))
    assert sentence in refused.value.fields["file"][0]


# ---- rows ----------------------------------------------------------------------------------------------------------


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
    assert said[0] == (2, f"The account of {gone.email} is disabled. Write another e-mail address.")
    assert f"{known.email} is in the directory as “市民政局 经办人”." in said[1][1]


def test_a_supervisor_learns_no_name_of_another_region(session: Session, city: City) -> None:
    foreign = session.get_one(User, city.people["another_region"].user_id)
    rows = preview(session, city, text(("市体育局", "甲", foreign.email, "经办人")), city.people["supervisor"]).rows
    assert [(row.outcome, row.errors) for row in rows] == [("new_role", ())]


# ---- taking in -----------------------------------------------------------------------------------------------------


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
