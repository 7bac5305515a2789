"""The commands of ``users``: what they do, and one clear line for each mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.factories import City, make_city
from tracker.db import transaction
from tracker.directory.models import Membership, User
from tracker.outbox.models import OutboxMessage

GOOD = "单位,姓名,电子邮箱,角色\n市体育局,市体育局 负责人,sports@example.test,负责人\n"


@pytest.fixture
def city(app: Flask) -> City:
    """A living city."""
    with app.app_context(), transaction() as session:
        made = make_city(session)
        made.go_live(session)
    return made


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask users …``."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["users", *arguments])


def email_of(app: Flask, city: City, who: str) -> str:
    """The address of one of the city's people."""
    with app.app_context(), transaction() as session:
        return session.get_one(User, city.people[who].user_id).email


CREATE = ("create", "--email", "New@example.test", "--name", "市体育局 负责人")


def test_create_makes_the_account_and_queues_its_mail_without_showing_the_link(app: Flask, city: City) -> None:
    done = run(app, *CREATE, "--region", "shaoguan", "--unit", "市体育局", "--role", "leader")
    assert done.exit_code == 0, done.output
    with app.app_context(), transaction() as session:
        user = session.scalars(select(User).where(User.email == "new@example.test")).one()
        held = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        [mail] = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == f"user:{user.id}")).all()
    assert (held.role, held.unit_id) == ("leader", city.units["市体育局"].id)
    token = str(mail.context["path"]).rsplit("/", 1)[1]
    assert token not in done.output
    assert len(done.output.splitlines()) == 1


def test_create_makes_an_administrator(app: Flask, city: City) -> None:
    assert run(app, *CREATE, "--administrator").exit_code == 0
    with app.app_context(), transaction() as session:
        assert session.scalars(select(User.administrator).where(User.email == "new@example.test")).one()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (CREATE, "请给出 --region 和 --role，或者 --administrator。"),
        ((*CREATE, "--role", "leader", "--administrator"), "请用 --region 指明角色所在地区。"),
        ((*CREATE, "--role", "leader", "--region", "shaoguan"), "此角色须属于一个单位，请选择单位。"),
        ((*CREATE, "--role", "leader", "--region", "nowhere", "--unit", "市体育局"), "没有地区nowhere。"),
        ((*CREATE, "--role", "leader", "--region", "shaoguan", "--unit", "市气象局"), "此地区没有单位市气象局"),
        ((*CREATE, "--role", "leader", "--region", "shaoguan", "--unit", "各县（市、区）政府"), "这是集合单位"),
        (("create", "--email", "nowhere", "--name", "甲", "--administrator"), "请填写电子邮箱"),
        (("disable", "nobody@example.test"), "没有电子邮箱为nobody@example.test的账号"),
        (("handover", "nobody@example.test", "nobody@example.test"), "没有电子邮箱为nobody@example.test的账号"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    app: Flask, city: City, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run(app, *arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr
    with app.app_context(), transaction() as session:
        assert session.scalars(select(User).where(User.email == "new@example.test")).all() == []


def test_import_takes_a_file_in_and_again_changes_nothing(app: Flask, city: City, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(GOOD, encoding="gb18030")
    arguments = ("import", str(file), "--region", "shaoguan", "--json")
    assert json.loads(run(app, *arguments, "--dry-run").stdout) == {
        "rows": 1, "new": 1, "new_roles": 0, "known": 0, "errors": [], "imported": False,
    }  # fmt: skip
    assert json.loads(run(app, *arguments).stdout)["imported"] is True
    assert json.loads(run(app, *arguments).stdout)["known"] == 1
    assert "行数：1。新账号：0。新角色：0。已存在：1。" in run(app, *arguments[:-1]).stdout


def test_import_names_every_bad_row_and_imports_nothing(app: Flask, city: City, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(GOOD + "市气象局,甲,a@example.test,经办人\n市体育局,乙,,经办人\n", encoding="utf-8")
    done = run(app, "import", str(file), "--region", "shaoguan")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "第3行：“市气象局”不是韶关市的单位。请按单位名单写名称或简称。",
        "第4行：缺少电子邮箱，请填写。",
        "Error: 没有导入任何内容。请改正上述各行后重新运行。",
    ]
    told = run(app, "import", str(file), "--region", "shaoguan", "--json")
    assert told.exit_code == 1
    assert [error["row"] for error in json.loads(told.stdout)["errors"]] == [3, 4]
    with app.app_context(), transaction() as session:
        assert session.scalars(select(User).where(User.email == "sports@example.test")).all() == []


def test_disable_names_the_unit_that_would_be_left_alone(app: Flask, city: City) -> None:
    done = run(app, "disable", email_of(app, city, "supporting"))
    assert (done.exit_code, "市财政局还有未完成的任务" in done.stderr) == (1, True)
    assert run(app, "disable", email_of(app, city, "another_unit")).exit_code == 0


def test_handover_moves_the_roles_and_then_the_account_can_be_disabled(app: Flask, city: City) -> None:
    leaver, successor = (email_of(app, city, who) for who in ("supporting", "another_unit"))
    done = run(app, "handover", leaver, successor)
    assert (done.exit_code, done.stdout.strip()) == (0, f"{leaver}的角色已移交给{successor}：1个。")
    assert run(app, "disable", leaver).exit_code == 0
