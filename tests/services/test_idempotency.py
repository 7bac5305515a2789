"""A form sent twice is done once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city
from tracker.errors import KeyReused, NotAllowed, StaleVersion
from tracker.idempotency import IdempotencyKey, fingerprint
from tracker.reporting.comments import add_comment
from tracker.reporting.models import Comment, ProgressReport
from tracker.workflows.commands import dispatch_tasks
from tracker.workflows.queries import history_of


@pytest.fixture
def city(session: Session) -> City:
    """A living city."""
    made = make_city(session)
    made.go_live(session)
    return made


def keys(session: Session) -> int:
    """How many keys are stored."""
    return session.scalar(select(func.count()).select_from(IdempotencyKey)) or 0


def test_a_repeat_gets_the_stored_answer_and_does_nothing(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    first = city.do(session, "handler", "1", "report", version=2, key="k", **REPORT)
    again = city.do(session, "handler", "1", "report", version=2, key="k", **REPORT)
    assert again == first == {"ref": "1", "state": "reported", "version": 3}
    assert session.scalar(select(func.count()).select_from(ProgressReport)) == 1
    assert len(history_of(session, city.row(session, "1").task_id)) == 3
    assert keys(session) == 1


def test_a_repeat_gets_the_old_answer_even_after_others_went_on(session: Session, city: City) -> None:
    first = city.do(session, "handler", "1", "acknowledge", version=1, key="k")
    city.do(session, "handler", "1", "report", **REPORT)
    assert city.do(session, "handler", "1", "acknowledge", version=1, key="k") == first
    assert city.row(session, "1").state == "reported"


def test_without_a_key_the_second_sending_is_stale(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge", version=1)
    with pytest.raises(StaleVersion):
        city.do(session, "handler", "1", "acknowledge", version=1)


@pytest.mark.parametrize("change", [{"done": "别的内容"}, {"progress": 60}])
def test_a_key_with_other_content_is_refused(session: Session, city: City, change: dict[str, object]) -> None:
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "report", version=2, key="k", **REPORT)
    with pytest.raises(KeyReused):
        city.do(session, "handler", "1", "report", version=2, key="k", **{**REPORT, **change})


def test_a_key_with_another_task_trigger_or_version_is_refused(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge", version=1, key="k")
    with pytest.raises(KeyReused):
        city.do(session, "handler", "3", "acknowledge", version=1, key="k")
    with pytest.raises(KeyReused):
        city.do(session, "handler", "1", "withdraw", version=1, key="k")
    with pytest.raises(KeyReused):
        city.do(session, "handler", "1", "acknowledge", version=2, key="k")


def test_two_people_may_use_the_same_key(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge", key="k")
    city.do(session, "other_lead", "1", "acknowledge", key="k")
    assert keys(session) == 2
    assert city.row(session, "1").version == 3


def test_a_failing_act_leaves_its_key_free(session: Session, city: City) -> None:
    savepoint = session.begin_nested()
    with pytest.raises(NotAllowed):
        city.do(session, "supporting", "1", "acknowledge", key="k")
    savepoint.rollback()
    assert keys(session) == 0


def test_comments_and_dispatches_of_many_are_done_once_too(session: Session, city: City) -> None:
    for _ in range(2):
        answer = add_comment(
            session, city.people["supporting"], NOW, slug="shaoguan", ref="1", data={"body": "已配合"}, key="k"
        )
        assert set(answer) == {"comment"}
        assert dispatch_tasks(
            session, city.people["supervisor"], NOW, slug="shaoguan", versions={"4": 0},
            data={"leads": city.unit_ids("市民政局")}, key="k",
        ) == {"dispatched": ["4"], "mails": 1}  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert city.row(session, "4").version == 1


def test_the_fingerprint_does_not_depend_on_the_order_of_fields() -> None:
    assert fingerprint({"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint({"b": {"d": 3, "c": 2}, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
