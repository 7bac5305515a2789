"""Drafts of a report: every window keeps its words, a repeat changes nothing, and who may see and throw away what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city
from tracker.audit.models import AuditEntry
from tracker.errors import NotAllowed, NotFound
from tracker.reporting.drafts import Saved, Seen, close_draft, discard_draft, drafts_of, save_draft
from tracker.reporting.models import ReportDraft
from tracker.workflows.models import HistoryEntry


@pytest.fixture
def city(session: Session) -> City:
    """Task 1 is in progress."""
    made = make_city(session)
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge")
    return made


def keep(session: Session, city: City, done: str, *, who: str = "handler", **seen: object) -> Saved:
    """Save a draft of task 1 that says ``done``; what the window knows is as after acknowledging."""
    known = Seen(**{"task_version": 2, **seen})  # type: ignore[arg-type]
    return save_draft(
        session, city.people[who], NOW, slug="shaoguan", ref="1", data={"done": done, "progress": "40"}, seen=known
    )


def texts(session: Session) -> list[str]:
    """What the drafts say, the oldest first."""
    return [draft.content["done"] for draft in session.scalars(select(ReportDraft).order_by(ReportDraft.id))]


def test_a_window_saves_over_its_own_text(session: Session, city: City) -> None:
    first = keep(session, city, "一", window="a", edit=1)
    assert first.draft is not None
    again = keep(session, city, "一二", window="a", edit=2, draft=first.draft.id, version=first.draft.version)
    assert texts(session) == ["一二"]
    assert again.draft is first.draft
    assert (again.apart, again.moved, first.draft.version) == (False, False, 2)


def test_two_windows_that_begin_at_once_keep_both_texts(session: Session, city: City) -> None:
    keep(session, city, "一", window="a", edit=1)
    keep(session, city, "甲", window="b", edit=1)
    keep(session, city, "一二", window="a", edit=2)
    assert texts(session) == ["一二", "甲"]


def test_an_older_window_never_overwrites_a_newer_text(session: Session, city: City) -> None:
    """Two windows opened the same draft; the second to save is told, and goes on with a draft of its own."""
    shown = keep(session, city, "开头", window="a", edit=1).draft
    assert shown is not None
    seen = {"draft": shown.id, "version": shown.version}
    keep(session, city, "开头，窗口乙写的。", window="b", edit=1, **seen)
    late = keep(session, city, "开头，窗口丙写的。", window="c", edit=1, **seen)
    assert late.apart
    assert late.draft is not None
    assert late.draft.id != shown.id
    assert texts(session) == ["开头，窗口乙写的。", "开头，窗口丙写的。"]
    on = keep(session, city, "窗口丙续写。", window="c", edit=2, draft=late.draft.id, version=late.draft.version)
    assert not on.apart
    assert texts(session) == ["开头，窗口乙写的。", "窗口丙续写。"]


def test_without_a_script_a_stale_form_is_kept_apart_too(session: Session, city: City) -> None:
    shown = keep(session, city, "开头").draft
    assert shown is not None
    keep(session, city, "开头，一", draft=shown.id, version=1)
    assert keep(session, city, "开头，二", draft=shown.id, version=1).apart
    assert texts(session) == ["开头，一", "开头，二"]


def test_of_two_requests_on_the_way_the_newer_text_stays(session: Session, city: City) -> None:
    draft = keep(session, city, "一二三", window="a", edit=7).draft
    assert draft is not None
    late = keep(session, city, "一", window="a", edit=5, draft=draft.id)
    assert late.draft is draft
    assert texts(session) == ["一二三"]


@pytest.mark.parametrize("window", ["", "a"])
def test_a_repeat_changes_nothing(session: Session, city: City, window: str) -> None:
    first, second = (keep(session, city, "一", window=window, edit=1).draft for _ in range(2))
    assert first is second
    assert first is not None
    assert (texts(session), first.version) == (["一"], 1)


def test_an_empty_form_makes_no_draft(session: Session, city: City) -> None:
    nothing = save_draft(
        session,
        city.people["handler"],
        NOW,
        slug="shaoguan",
        ref="1",
        data={"done": " ", "completion_claimed": "no"},
        seen=Seen(task_version=2),
    )
    assert nothing.draft is None
    assert texts(session) == []


def test_a_draft_is_no_act(session: Session, city: City) -> None:
    def counts() -> list[int | None]:
        return [session.scalar(select(func.count()).select_from(table)) for table in (AuditEntry, HistoryEntry)]

    before, version = counts(), city.row(session, "1").version
    keep(session, city, "一")
    assert counts() == before
    assert city.row(session, "1").version == version


def test_the_person_is_told_that_the_task_moved(session: Session, city: City) -> None:
    assert not keep(session, city, "一").moved
    city.do(session, "other_lead", "1", "acknowledge")
    assert keep(session, city, "一二").moved


def test_each_person_has_their_own_and_only_the_first_lead_unit_writes(session: Session, city: City) -> None:
    keep(session, city, "经办人写的。")
    keep(session, city, "负责人写的。", who="leader")
    assert texts(session) == ["经办人写的。", "负责人写的。"]
    for who in ("other_lead", "supporting", "supervisor", "observer", "administrator"):
        with pytest.raises(NotAllowed):
            keep(session, city, "不该有。", who=who)
    with pytest.raises(NotFound):
        keep(session, city, "不该有。", who="another_region")
    assert len(texts(session)) == 2


def test_a_task_that_went_on_does_not_stop_the_saving(session: Session, city: City) -> None:
    city.do(session, "leader", "1", "report", done="负责人上报。", progress=40)
    assert keep(session, city, "经办人还在写。").moved
    assert texts(session) == ["经办人还在写。"]


def test_filing_takes_the_draft_away_and_leaves_other_words(session: Session, city: City) -> None:
    draft = keep(session, city, "一", window="a", edit=1).draft
    assert draft is not None
    keep(session, city, "别的。", window="b", edit=1)
    keep(session, city, "负责人的。", who="leader")
    keep(session, city, "上报的。", window="d", edit=1)
    close_draft(
        session,
        city.people["handler"],
        slug="shaoguan",
        ref="1",
        draft_id=draft.id,
        data={"done": "上报的。", "progress": "40"},
    )
    assert texts(session) == ["别的。", "负责人的。"]


def test_only_the_author_throws_a_draft_away(session: Session, city: City) -> None:
    draft = keep(session, city, "一").draft
    assert draft is not None
    for who in ("leader", "supervisor", "another_unit"):
        with pytest.raises(NotFound):
            discard_draft(session, city.people[who], slug="shaoguan", ref="1", draft_id=draft.id)
    with pytest.raises(NotFound):
        discard_draft(session, city.people["handler"], slug="shaoguan", ref="3", draft_id=draft.id)
    discard_draft(session, city.people["handler"], slug="shaoguan", ref="1", draft_id=draft.id)
    assert texts(session) == []


def test_the_last_saved_comes_first(session: Session, city: City) -> None:
    draft = keep(session, city, "先。", window="a", edit=1).draft
    keep(session, city, "后。", window="b", edit=1)
    assert draft is not None
    draft.saved_at = NOW + timedelta(minutes=5)
    session.flush()
    found = drafts_of(session, city.row(session, "1").task_id)
    assert [one.content["done"] for one in found] == ["先。", "后。"]
    assert found[0].author.name == "市民政局 经办人"
