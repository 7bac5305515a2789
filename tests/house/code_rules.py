"""Finders over the Python of a tree.  Each takes the root and returns lines ``file:line what is wrong``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

COMMITS_IN = {"tracker/db.py"}
ENVIRONMENT_IN = {"tracker/config.py"}
STATE_WRITERS = {
    "Instance": "tracker/workflows/path.py",
    "Round": "tracker/evaluations/commands.py",
    "OutboxMessage": "tracker/outbox/states.py",
    "Reminder": "tracker/reminders/ledger.py",
}

PLAINLY_LOCKED = {"AccountToken", "AuditHead", "Instance", "Membership", "OutboxMessage", "Reminder"}
"""No row points at these (at a mail only the reminders that were written with it)."""


def python_files(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """The package's files as (path from the root, syntax tree)."""
    for path in sorted([*root.glob("tracker/**/*.py"), *root.glob("*.py")]):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def commits(root: Path) -> list[str]:
    """Calls of ``commit`` outside the one place that opens and commits transactions."""
    return [
        f"{file}:{node.lineno} commits; leave it to transaction() in db.py"
        for file, tree in python_files(root)
        if file not in COMMITS_IN
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def environment_reads(root: Path) -> list[str]:
    """Uses of the process environment outside config.py."""
    return [
        f"{file}:{node.lineno} reads the environment; settings come from config.py"
        for file, tree in python_files(root)
        if file not in ENVIRONMENT_IN
        for node in ast.walk(tree)
        if _is_environment(node)
    ]


def state_writes(root: Path) -> list[str]:
    """Writes of a state column outside its one writer."""
    return [
        f"{file}:{node.lineno} writes a state; only {', '.join(sorted(STATE_WRITERS.values()))} do, each its own"
        for file, tree in python_files(root)
        if file not in STATE_WRITERS.values()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Call))
        and _writes_state(node, "models" in file)
    ]


def broad_locks(root: Path) -> list[str]:
    """Plain FOR UPDATE on a table whose rows others point at: on PostgreSQL it keeps their inserts waiting.

    Whoever inserts may hold a lock that the holder of the row asks for next; ``key_share=True`` lets them pass.
    """
    found = []
    for file, tree in python_files(root):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            lines = [node.lineno for node in ast.walk(function) if _is_plain_lock(node)]
            models = _locked_models(function) or _locked_models(tree)
            if lines and not (models and models <= PLAINLY_LOCKED):
                names = ", ".join(sorted(models - PLAINLY_LOCKED)) or "a table nobody named"
                found.append(f"{file}:{lines[0]} locks {names} with plain FOR UPDATE; say key_share=True")
    return found


def _is_plain_lock(node: ast.AST) -> bool:
    """``….with_for_update(…)`` or ``get(…, with_for_update=…)`` that says nothing of ``key_share``."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "with_for_update":
        return all(keyword.arg != "key_share" for keyword in node.keywords)
    given = [keyword.value for keyword in node.keywords if keyword.arg == "with_for_update"]
    return any("key_share" not in ast.unparse(value) for value in given)


def _locked_models(tree: ast.AST) -> set[str]:
    """The models of the plain locks: what ``of=`` or ``get`` names, else the first of every ``select``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    locks = [call for call in calls if _is_plain_lock(call)]
    named = {ast.unparse(keyword.value) for call in locks for keyword in call.keywords if keyword.arg == "of"}
    named |= {
        ast.unparse(call.args[0]) for call in locks if call.args and getattr(call.func, "attr", "") != "with_for_update"
    }
    selects = [call for call in calls if getattr(call.func, "id", "") == "select" and call.args]
    return named or {ast.unparse(call.args[0]).split(".")[0] for call in selects}


def long_files(root: Path, limit: int = 250) -> list[str]:
    """Files of the package that have grown past the limit."""
    return [
        f"{path.relative_to(root).as_posix()} has {lines} lines; {limit} is the limit"
        for path in sorted(root.glob("tracker/**/*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    ]


def leftovers(root: Path) -> list[str]:
    """Bodies that do nothing, and errors that nobody hears of."""
    found = []
    for file, tree in python_files(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
                found.append(f"{file}:{node.lineno} is a stub")
            if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body):
                found.append(f"{file}:{node.lineno} swallows an error")
    return found


def _is_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(name.name in ("environ", "getenv") for name in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "environb", "getenv", "putenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )


def _writes_state(node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Call, own: bool) -> bool:
    """Whether a statement writes ``x.state``; ``self.state`` counts in a model only (``own``)."""
    if isinstance(node, ast.Call):
        return _call_writes_state(node)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(
        isinstance(part, ast.Attribute)
        and part.attr == "state"
        and isinstance(part.ctx, ast.Store)
        and (own or ast.unparse(part.value) != "self")
        for target in targets
        for part in ast.walk(target)
    )


def _call_writes_state(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "setattr":
        return len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and call.args[1].value == "state"
    if name not in ("values", *STATE_WRITERS):
        return False
    keys = [key for argument in call.args if isinstance(argument, ast.Dict) for key in argument.keys]
    return any(keyword.arg == "state" for keyword in call.keywords) or any(
        (isinstance(key, ast.Constant) and key.value == "state")
        or (isinstance(key, ast.Attribute) and key.attr == "state")
        for key in keys
    )
