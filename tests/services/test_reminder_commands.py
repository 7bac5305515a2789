"""The rehearsal, a tick and the rounds on the command line: what is printed, and one clear line for a mistake."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.services.command_line import flask, invoke
from tests.services.reminding import one_task
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.plans.models import KeyTask, Round
from tracker.reminders.models import Reminder


def test_the_command_prints_one_json_document(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        city = one_task(session)
        handler = city.people["handler"].user_id
        task_id = session.scalars(select(KeyTask.id)).one()
        round_id = session.scalars(select(Round.id).where(Round.kind == "mid_term")).one()
    arguments = ["reminders", "preview", "--plan", "shaoguan", "--from", "2023-06-15", "--to", "2023-07-03", "--json"]
    result = invoke(app, *arguments)
    common = {"plan": "shaoguan", "recipient": f"user:{handler}", "provisional": False}
    assert result.json() == [
        common
        | {
            "due_on": "2023-06-25",
            "kind": "unacknowledged",
            "round_kind": None,
            "subject": f"task:{task_id}",
            "task_ref": "1",
            "mail": f"digest user:{handler} 2023-06-25",
            "target_on": "2023-06-15",
            "step": 5,
        },
        common
        | {
            "due_on": "2023-07-03",
            "kind": "round_opens",
            "round_kind": "mid_term",
            "subject": f"round:{round_id}",
            "task_ref": None,
            "mail": f"digest user:{handler} 2023-07-03",
            "target_on": "2023-07-03",
            "step": 0,
        },
    ]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reminder)) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plan", "nowhere", "--from", "2023-06-15", "--to", "2023-07-03"], "没有规划“nowhere”"),
        (["--plan", "shaoguan", "--from", "2023-07-03", "--to", "2023-06-15"], "--from"),
        (["--plan", "shaoguan", "--from", "yesterday", "--to", "2023-06-15"], "yesterday"),
    ],
)
def test_a_wrong_preview_is_one_clear_line(app: Flask, arguments: list[str], message: str) -> None:
    with app.app_context(), transaction() as session:
        one_task(session)
    result = invoke(app, "reminders", "preview", *arguments)
    assert message in result.err
    assert result.code != 0
    assert result.out == ""
    assert "Traceback" not in result.err


def test_the_tick_command_and_the_list_of_rounds(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        one_task(session)
    ticked = invoke(app, "reminders", "run", "--at", "2023-07-03T09:00", "--json")
    answer = ticked.json()
    assert answer["at"] == "2023-07-03T01:00:00+00:00"
    assert (answer["rounds"], answer["reminders"], answer["digests"], answer["failures"]) == (1, 2, 1, [])
    listed = invoke(app, "evaluations", "list", "--plan", "shaoguan", "--json").json()
    assert [(row["kind"], row["state"], row["default"]) for row in listed] == [
        ("mid_term", "open", True),
        ("end_of_term", "planned", True),
    ]
    wrong = invoke(app, "reminders", "run", "--at", "soon")
    assert "soon" in wrong.complaint
    assert "没有规划“nowhere”" in invoke(app, "evaluations", "list", "--plan", "nowhere").complaint


def test_a_tick_by_hand_that_fails_in_part_says_so_in_one_line(app: Flask, settings: Settings) -> None:
    """No traceback: that is for the log of the process that ticks."""
    with app.app_context(), transaction() as session:
        one_task(session)
        session.execute(text("DROP TABLE reminder_marks"))
    arguments = ("reminders", "run", "--at", "2023-07-03T09:00", "--json")
    ran = flask(*arguments, url=settings.database_url, TRACKER_MAIL_URL=settings.mail_url)
    assert ran.code == 1
    assert json.loads(ran.out)["failures"][0]["plan"] == "shaoguan"
    assert ran.err.splitlines() == [
        "Error: Part of the tick failed (reminders shaoguan: OperationalError: (sqlite3.OperationalError)"
        " no such table: reminder_marks); the next tick tries it again."
    ]
