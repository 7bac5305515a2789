"""Every command of the package, and whether it leaves an entry in the audit: read from the source, call by call.

A command is what an entry point calls with the session of a ``transaction()``, if it writes; or the body of such a
block itself.  It is audited if it reaches ``audit.record``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.code_rules import python_files

STATEMENTS = frozenset({"insert", "insert_into", "update", "delete"})
ON_SESSION = frozenset({"add", "add_all", "delete", "flush", "merge"})
ENTRY_POINTS = ("views", "cli", "resources", "demo", "scheduler", "serve")
RECORD = ("tracker.audit.commands", "record")
NOT_AUDITED = {
    ("tracker.directory.sessions", "touch"): "notes that a browser was seen; signing in and out is audited",
    ("tracker.reminders.ledger", "beat"): "the scheduler's heartbeat",
    ("tracker.reminders.ledger", "queue_reminders"): "the ledger keeps every reminder and what became of it",
    ("tracker.reminders.heads", "take_heads"): "an entry about the heads would make new heads every day",
    ("tracker.reminders.heads", "tell_heads"): "the outbox keeps every mail",
    ("tracker.reminders.digest", "compose_digests"): "the outbox keeps every mail",
    ("tracker.reminders.weekly", "tell_weeks"): "the outbox keeps every mail",
    ("tracker.reporting.drafts", "save_draft"): "a draft is its writer's alone; what counts is the report",
    ("tracker.reporting.drafts", "close_draft"): "as save_draft",
    ("tracker.reporting.drafts", "discard_draft"): "as save_draft",
    ("tracker.demo.clock", "set_clock"): "the demo's clock; a real installation has none",
    ("tracker.demo.clock", "move_forward"): "the demo's clock; a real installation has none",
}
"""Writes that leave no entry, each with the reason."""

Place = tuple[str, str]


class Source:
    """The functions of a tree, what each calls, and what entry points call with a write session."""

    def __init__(self, root: Path) -> None:
        self.calls: dict[Place, set[Place]] = {}
        self.writing: set[Place] = set()
        self.takes_session: set[Place] = set()
        self.commands: dict[Place, str] = {}
        self.handed_on: dict[Place, str] = {}
        for file, tree in python_files(root):
            self._read(file, tree)

    def _read(self, file: str, tree: ast.Module) -> None:
        package = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        names = self._names(file, package, tree)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            called = {place for call in _calls(function) if (place := _resolved(call, names, package)) is not None}
            self.calls.setdefault((package, function.name), set()).update(called)
            if any(map(_writes, _calls(function))):
                self.writing.add((package, function.name))
            if function.args.args and function.args.args[0].arg == "session":
                self.takes_session.add((package, function.name))
        if any(part in ENTRY_POINTS for part in package.split(".")):
            for call in _calls(tree):  # a step that is handed on, to be called with a session elsewhere
                handed = [names.get(given.id) for given in call.args if isinstance(given, ast.Name)]
                self.handed_on |= {place: f"{file}:{call.lineno}" for place in handed if place is not None}
            for block in (node for node in ast.walk(tree) if isinstance(node, ast.With)):
                for call in _with_session(block):
                    place = _resolved(call, names, package)
                    if place is not None:
                        self.commands.setdefault(place, f"{file}:{call.lineno}")

    def _names(self, file: str, package: str, tree: ast.Module) -> dict[str, Place]:
        """What the module's imports mean: local name -> (module, name); a module has an empty name."""
        home = package if file.endswith("__init__.py") else package.rpartition(".")[0]
        names: dict[str, Place] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = home.split(".")[: len(home.split(".")) - node.level + 1]
                module = ".".join([*base, *([node.module] if node.module else [])])
                for alias in node.names:
                    names[alias.asname or alias.name] = (module, alias.name)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                names[node.name] = (package, node.name)
        return names

    def reach(self, start: Place) -> set[Place]:
        """All that a function calls, itself included."""
        seen, waiting = set[Place](), [self.found(start)]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                waiting += [self.found(called) for called in self.calls.get(place, ())]
        return seen

    def found(self, place: Place) -> Place:
        """Where a name that a package hands on is defined: (tracker.audit, record) is in tracker.audit.commands."""
        module, name = place
        if place in self.calls:
            return place
        below = [other for other in self.calls if other[1] == name and other[0].startswith(f"{module}.")]
        return below[0] if len(below) == 1 else place


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _writes(call: ast.Call) -> bool:
    """Whether a call makes a statement that writes, or tells the session of a row."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in ON_SESSION and ast.unparse(call.func.value).rpartition(".")[2] in (
            "session",
            "writing",
        )
    return _name(call) in STATEMENTS


def _resolved(call: ast.Call, names: dict[str, Place], package: str) -> Place | None:
    """The function that a call names, by the module's imports; None for methods of objects."""
    if isinstance(call.func, ast.Name):
        return names.get(call.func.id)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        module = names.get(call.func.value.id)
        return (".".join(module), call.func.attr) if module is not None else None
    return None


def _with_session(block: ast.With) -> Iterator[ast.Call]:
    """The calls of a ``with transaction() as session`` block that are given the session."""
    for item in block.items:
        opened = isinstance(item.context_expr, ast.Call) and _name(item.context_expr) == "transaction"
        if opened and isinstance(item.optional_vars, ast.Name):
            session = item.optional_vars.id
            for call in _calls(block):
                if any(isinstance(given, ast.Name) and given.id == session for given in call.args):
                    yield call


@cache
def source(root: Path) -> Source:
    """The tree, read once."""
    return Source(root)


def commands(root: Path) -> dict[Place, str]:
    """Every command that writes, with a place that calls it."""
    read = source(root)
    handed = {place: where for place, where in read.handed_on.items() if read.found(place) in read.takes_session}
    found = {read.found(place): where for place, where in {**handed, **read.commands}.items()}
    return {place: where for place, where in found.items() if read.reach(place) & read.writing}


def unaudited(root: Path) -> list[str]:
    """Commands that leave no entry in the audit and are not excused."""
    read = source(root)
    return [
        f"{where.split(':')[0]}:{where.split(':')[1]} calls {module}.{name}, which writes and leaves no audit entry"
        for (module, name), where in sorted(commands(root).items())
        if (module, name) not in NOT_AUDITED and RECORD not in read.reach((module, name))
    ]
