"""The package keeps the rules of the house, and each finder finds a planted defect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import code_rules
from tests.house.code_rules import broad_locks, commits, environment_reads, leftovers, long_files, state_writes
from tracker.config import ROOT

FINDERS = (commits, environment_reads, state_writes, long_files, leftovers, broad_locks)
DEFECTS = [
    (commits, "def f(session):\n    session.commit()\n"),
    (environment_reads, "import os\nx = os.environ['HOME']\n"),
    (environment_reads, "from os import getenv\n"),
    (state_writes, "def f(task):\n    task.state = 'verified'\n"),
    (state_writes, "def f(a, b):\n    a.state, b.x = 'verified', 1\n"),
    (state_writes, "def f(task):\n    setattr(task, 'state', 'verified')\n"),
    (state_writes, "from sqlalchemy import update\nq = update(object).values(state='verified')\n"),
    (state_writes, "from sqlalchemy import update\nq = update(object).values({'state': 'verified'})\n"),
    (state_writes, "def f(Instance):\n    return Instance(task_id=1, state='verified')\n"),
    (state_writes, "class A:\n    def f(self, other):\n        self.state = other.state = 'verified'\n"),
    (long_files, "x = 1\n" * 251),
    (leftovers, "def f():\n    raise NotImplementedError\n"),
    (broad_locks, "def f(s, Region):\n    return s.scalar(select(Region).where(Region.id == 1).with_for_update())\n"),
    (
        broad_locks,
        "def f(s, Round):\n    q = select(Round)\n    return s.scalar(q.with_for_update(skip_locked=True))\n",
    ),
    (broad_locks, "def f(s, q, User):\n    return s.scalar(q.with_for_update(of=User))\n"),
    (broad_locks, "def f(s, User):\n    return s.get_one(User, 7, with_for_update=True)\n"),
    (leftovers, "try:\n    x = 1\nexcept ValueError:\n    pass\n"),
]


@pytest.mark.parametrize("find", FINDERS, ids=lambda find: find.__name__)
def test_the_package_keeps_the_rule(find: object) -> None:
    assert callable(find)
    assert find(ROOT) == []


@pytest.mark.parametrize(("find", "defect"), DEFECTS)
def test_a_planted_defect_is_found(find: object, defect: str, tmp_path: Path) -> None:
    assert callable(find)
    planted = tmp_path / "tracker" / "plans" / "planted.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("x = 1\n", encoding="utf-8")
    assert find(tmp_path) == []
    planted.write_text(defect, encoding="utf-8")
    assert [line.split(":")[0].split(" ")[0] for line in find(tmp_path)] == ["tracker/plans/planted.py"]


def test_the_named_writers_exist_and_write() -> None:
    """A writer that moved would leave the rule guarding nothing."""
    trees = dict(code_rules.python_files(ROOT))
    for model, file in code_rules.STATE_WRITERS.items():
        assert file in trees, f"{file}, the writer of {model}.state, is gone: name its successor in code_rules.py"
