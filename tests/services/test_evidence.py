"""Evidence files wait for a report, belong to it for good, and prove a completion that is claimed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.evidence_files import DOCX, PDF, PNG
from tests.factories import NOW, REPORT, UNPROVEN, City, make_city
from tests.services.command_line import flask, invoke
from tests.web.browsing import writing
from tracker import audit
from tracker.audit.models import AuditEntry
from tracker.config import Settings, load_settings
from tracker.errors import ConfigurationError, InvalidTransition, KeyReused, NotAllowed, NotFound
from tracker.reporting.evidence.commands import add_files, remove_file
from tracker.reporting.evidence.models import EvidenceFile
from tracker.reporting.evidence.queries import entries_of, file_counts, files_by_report, files_of, index_of, waiting
from tracker.reporting.evidence.store import StoredFile, put
from tracker.reporting.queries import reports_of

WHO = {
    "handler": "市民政局",
    "leader": "市民政局",
    "other_lead": "市教育局",
    "collective_member": "浈江区政府",
    "supporting": NotAllowed,
    "supervisor": NotAllowed,
    "host_supervisor": NotAllowed,
    "host_handler": NotAllowed,
    "observer": NotAllowed,
    "administrator": NotAllowed,
    "another_unit": NotAllowed,
    "another_region": NotFound,
    "nobody": NotFound,
    "system": NotAllowed,
}
"""By relation to task 1: the unit that the file stands under, or the refusal."""
ONE = StoredFile("一.pdf", "application/pdf", 9, "1" * 64)
TWO = StoredFile("二.pdf", "application/pdf", 9, "2" * 64)


@pytest.fixture
def city(session: Session) -> City:
    """Live, task 1 in progress."""
    made = make_city(session)
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge")
    return made


def add(session: Session, city: City, who: str, *files: StoredFile, ref: str = "1", key: str | None = None) -> object:
    """Add files as one of the people."""
    return add_files(session, city.people[who], NOW, slug="shaoguan", ref=ref, files=files or [ONE], key=key)


def remove(session: Session, city: City, who: str, file: EvidenceFile) -> object:
    """Remove a file as one of the people."""
    return remove_file(session, city.people[who], NOW, slug="shaoguan", ref="1", evidence_id=file.id)


def files(session: Session, city: City, ref: str = "1") -> list[EvidenceFile]:
    """All files of a task."""
    return files_of(session, city.row(session, ref).task_id)


def acts(session: Session) -> list[str]:
    """What the audit of the plan says was done with evidence."""
    return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id) if "evidence" in entry.action]


@pytest.mark.parametrize("who", WHO)
def test_lead_units_and_members_add_files_for_their_unit(session: Session, city: City, who: str) -> None:
    answer = WHO[who]
    if isinstance(answer, str):
        assert add(session, city, who) == {"added": 1}
        assert [(file.unit.name, file.uploader_id) for file in files(session, city)] == [
            (answer, city.people[who].user_id)
        ]
    else:
        with pytest.raises(answer):
            add(session, city, who)
        assert files(session, city) == []
    assert audit.broken_chains(session) == []


@pytest.mark.both_databases
def test_a_report_takes_what_waits_and_a_new_version_keeps_it(session: Session, city: City) -> None:
    add(session, city, "handler", ONE)
    add(session, city, "other_lead", TWO)
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "supervisor", "1", "return", reason="请补充。")
    add(session, city, "handler", StoredFile("三.pdf", "application/pdf", 9, "3" * 64))
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "handler", "1", "report", **REPORT)
    reports = reports_of(session, city.row(session, "1").task_id)
    names = {
        (report.sequence, report.version): [file.name for file in found]
        for report in reports
        for report_id, found in files_by_report(reports, files(session, city)).items()
        if report_id == report.id
    }
    assert names == {(2, 1): [], (1, 2): ["一.pdf", "二.pdf", "三.pdf"], (1, 1): ["一.pdf", "二.pdf"]}
    counts = file_counts(session, [report.id for report in reports])
    assert [counts.get(report.id, 0) for report in reports] == [0, 3, 2]
    assert acts(session) == [
        "task.add_evidence", "task.add_evidence", "task.file_evidence", "task.add_evidence", "task.file_evidence"
    ]  # fmt: skip


@pytest.mark.both_databases
def test_the_same_content_of_a_unit_waits_once_and_a_form_sent_twice_adds_once(session: Session, city: City) -> None:
    assert add(session, city, "handler", ONE, ONE, key="a") == {"added": 1}
    assert add(session, city, "handler", ONE, ONE, key="a") == {"added": 1}
    assert add(session, city, "handler", ONE, key="b") == {"added": 0}
    assert add(session, city, "other_lead", ONE) == {"added": 1}
    with pytest.raises(KeyReused):
        add(session, city, "handler", TWO, key="a")
    assert len(files(session, city)) == 2


@pytest.mark.parametrize(
    ("who", "other", "gone"),
    [("handler", "handler", True), ("leader", "handler", True), ("handler", "other_lead", True),
     ("other_lead", "other_lead", True), ("other_lead", "handler", False), ("collective_member", "handler", False),
     ("supervisor", "handler", False)],
)  # fmt: skip
def test_what_waits_is_removed_by_its_unit_and_by_the_first_named_lead(
    session: Session, city: City, who: str, other: str, gone: bool
) -> None:
    add(session, city, other)
    (file,) = files(session, city)
    if gone:
        remove(session, city, who, file)
        assert files(session, city) == []
        assert acts(session) == ["task.add_evidence", "task.remove_evidence"]
    else:
        with pytest.raises(NotAllowed):
            remove(session, city, who, file)
        assert files(session, city) == [file]


def test_what_was_filed_stays(session: Session, city: City) -> None:
    add(session, city, "handler")
    (file,) = files(session, city)
    city.do(session, "handler", "1", "report", **REPORT)
    with pytest.raises(InvalidTransition, match="while a report is being written"):
        remove(session, city, "handler", file)
    city.do(session, "handler", "1", "withdraw")
    with pytest.raises(NotAllowed, match="it stays"):
        remove(session, city, "handler", file)
    assert waiting(files(session, city)) == []
    with pytest.raises(NotFound):
        remove_file(session, city.people["handler"], NOW, slug="shaoguan", ref="3", evidence_id=file.id)


def test_while_a_report_waits_or_nothing_is_assigned_no_file_is_added(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", **REPORT)
    with pytest.raises(InvalidTransition, match="withdraw it first"):
        add(session, city, "handler")
    with pytest.raises(NotAllowed):
        add(session, city, "supervisor", ref="4")
    city.do(session, "supervisor", "1", "verify")
    assert add(session, city, "handler") == {"added": 1}
    city.do(session, "supervisor", "1", "close_out")
    with pytest.raises(InvalidTransition):
        add(session, city, "handler", TWO)


@pytest.mark.both_databases
def test_a_file_proves_a_completion_that_is_claimed(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", **UNPROVEN)
    with pytest.raises(NotAllowed, match="claims completion but names no evidence"):
        city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "return", reason="请附佐证材料。")
    add(session, city, "handler")
    city.do(session, "handler", "1", "report", **UNPROVEN)
    city.do(session, "supervisor", "1", "return", reason="请写清楚。")
    city.do(session, "handler", "1", "report", **UNPROVEN)  # the file of the version before still proves it
    assert city.do(session, "supervisor", "1", "verify")["state"] == "verified"
    city.do(session, "handler", "1", "report", **UNPROVEN)  # a report of its own, without a file
    with pytest.raises(NotAllowed, match="claims completion but names no evidence"):
        city.do(session, "supervisor", "1", "verify")


@pytest.mark.both_databases
def test_the_index_of_a_plan_has_what_was_filed_in_the_order_of_the_tasks(session: Session, city: City) -> None:
    city.do(session, "handler", "3", "acknowledge")
    add(session, city, "handler", TWO, ref="3")
    city.do(session, "handler", "3", "report", **REPORT)
    add(session, city, "handler", ONE, TWO)
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "handler", "1", "withdraw")
    add(session, city, "handler", StoredFile("三.pdf", "application/pdf", 9, "3" * 64))
    found = [(entry.ref, entry.sequence, entry.version, entry.file.name) for entry in entries_of(session, city.plan)]
    assert found == [("1", 1, 1, "一.pdf"), ("1", 1, 1, "二.pdf"), ("3", 1, 1, "二.pdf")]
    index = index_of(session, city.plan, 99)
    assert (index.total, index.contents, index.number, index.pages, len(index.entries)) == (3, 2, 1, 1, 3)


def _fill(app: Flask, *names: tuple[str, bytes]) -> list[StoredFile]:
    """A live city with stored files on its task 1."""
    folder: Path = app.config["SETTINGS"].evidence_folder
    stored = [put(folder, name, io.BytesIO(content)) for name, content in names]
    with writing(app) as session:
        city = make_city(session)
        city.go_live(session)
        add(session, city, "handler", *stored)
    return stored


@pytest.mark.both_databases
def test_verifying_reads_every_file_again(app: Flask) -> None:
    pdf, docx, png = _fill(app, ("一.pdf", PDF), ("二.docx", DOCX), ("三.png", PNG))
    whole = invoke(app, "evidence", "verify")
    assert (whole.code, whole.out) == (0, "every evidence file is there unchanged: 3\n")
    folder: Path = app.config["SETTINGS"].evidence_folder
    changed = folder / pdf.sha256[:2] / pdf.sha256
    changed.write_bytes(changed.read_bytes().replace(b"1.7", b"1.6"))
    (folder / docx.sha256[:2] / docx.sha256).unlink()
    broken = invoke(app, "evidence", "verify")
    assert (broken.code, broken.out) == (1, "")
    assert broken.err.splitlines() == [
        f"evidence file 1 “一.pdf” ({pdf.sha256}): changed",
        f"evidence file 2 “二.docx” ({docx.sha256}): missing",
    ]
    assert png.sha256 not in broken.err


def test_sweeping_leaves_what_rows_name_and_what_is_new(app: Flask) -> None:
    _fill(app, ("一.pdf", PDF))
    put(app.config["SETTINGS"].evidence_folder, "二.docx", io.BytesIO(DOCX))
    assert invoke(app, "evidence", "sweep").out == "deleted: 0\n"
    assert invoke(app, "evidence", "verify").code == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://bucket/evidence", "does not support"),
        ("file://host/evidence", "cannot be used"),
        ("file:///", "cannot be used"),
        ("evidence", "cannot be used"),
        ("file:///srv/evidence?x=1", "cannot be used"),
    ],
)
def test_a_store_that_there_is_not_is_one_sentence(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load_settings({"TRACKER_SECRET_KEY": "x" * 32, "TRACKER_EVIDENCE_URL": url})


def test_an_s3_store_stops_the_command_line_with_one_line(tmp_path: Path) -> None:
    ran = flask("evidence", "verify", url=f"sqlite:///{tmp_path / 'x.db'}", TRACKER_EVIDENCE_URL="s3://bucket")
    assert "TRACKER_EVIDENCE_URL" in ran.complaint
    assert "S3" in ran.complaint


def test_the_folder_of_the_setting_may_have_a_space() -> None:
    assert Settings("x" * 32, evidence_url="file:///srv/my%20evidence").evidence_folder == Path("/srv/my evidence")
