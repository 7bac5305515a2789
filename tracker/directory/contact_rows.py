"""What the rows of a contacts file say: headings and roles in both languages, and what is wrong in a row by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidInput
from ..i18n import N_
from .forms import is_email
from .models import UNIT_ROLES
from .spreadsheet import Cell, Line

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "unit": ("单位", "单位名称", "所在单位", "unit"),
    "name": ("姓名", "名称", "联系人", "name"),
    "email": ("电子邮箱", "电子邮件", "邮箱", "email", "e-mail", "mail"),
    "role": ("角色", "身份", "role"),
}
ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "handler": ("经办人", "联络员", "handler"),
    "leader": ("负责人", "单位负责人", "leader", "unit leader"),
    "supervisor": ("督查专员", "supervisor"),
    "observer": ("领导", "observer"),
    "evaluator": ("第三方评估机构", "评估员", "evaluator"),
}
ROWS_SEARCHED = 10
LONGEST_NAME = 100
_COLUMNS = {word: column for column, words in HEADINGS.items() for word in words}
_ROLES = {word: role for role, words in ROLE_WORDS.items() for word in words}

NO_HEADINGS = N_(
    "No row with the headings unit, name, e-mail and role (单位、姓名、电子邮箱、角色) was found."
    " Add them as the first row."
)
NO_ROWS = N_("There is no row below the headings. Add the contacts and choose the file again.")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row and what to do; ``row`` is its number as the office program shows it."""

    row: int
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[..., str]) -> str:
        """The sentence in a language."""
        return translate(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as read: ``role`` is the code, None where ``role_text`` is none.  ``formula``: columns with one."""

    row: int
    unit: str
    name: str
    email: str
    role_text: str
    role: str | None
    formula: tuple[str, ...] = ()


def entry(row: int, unit: str, name: str, email: str, role_text: str, formula: Sequence[str] = ()) -> Entry:
    """An entry from a row's texts."""
    role = _ROLES.get(" ".join(role_text.lower().split()))
    return Entry(row, unit, name, email.lower(), role_text, role, tuple(formula))


def entries_of(lines: Sequence[Line]) -> list[Entry]:
    """The rows below the headings.  Raises InvalidInput (field ``file``) where headings or rows are missing."""
    headings = [(position, _columns(line)) for position, line in enumerate(lines[:ROWS_SEARCHED])]
    start = next((found for found in headings if set(found[1]) == set(HEADINGS)), None)
    if start is None:
        raise InvalidInput({"file": [NO_HEADINGS]}, message=NO_HEADINGS)
    found = [_entry(line, start[1]) for line in lines[start[0] + 1 :]]
    found = [read for read in found if read.unit or read.name or read.email or read.role_text or read.formula]
    if not found:
        raise InvalidInput({"file": [NO_ROWS]}, message=NO_ROWS)
    return found


def _columns(line: Line) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(line.cells):
        column = _COLUMNS.get("".join(cell.text.lower().split()))
        if column is not None:
            columns.setdefault(column, index)
    return columns


def _entry(line: Line, columns: Mapping[str, int]) -> Entry:
    cells = {name: line.cells[index] if index < len(line.cells) else Cell() for name, index in columns.items()}
    texts = {name: "" if cell.formula else cell.text for name, cell in cells.items()}
    formula = [name for name in HEADINGS if cells[name].formula]
    return entry(line.number, texts["unit"], texts["name"], texts["email"], texts["role"], formula)


def check_entry(read: Entry) -> list[RowError]:
    """What is wrong with a row by itself."""
    if read.formula:
        message = N_("The row holds a formula, whose result is not in the file. Put the text itself into the cell.")
        return [RowError(read.row, message)]
    errors = []
    if not read.name or len(read.name) > LONGEST_NAME:
        errors.append(RowError(read.row, N_("The name is missing, or longer than 100 characters. Write it.")))
    if not read.email:
        errors.append(RowError(read.row, N_("The e-mail address is missing. Write it.")))
    elif not is_email(read.email):
        message = N_("“%(email)s” is no e-mail address. Correct it.")
        errors.append(RowError(read.row, message, {"email": read.email}))
    if read.role is None:
        message = N_(
            "“%(role)s” is no role. Write handler, unit leader, supervisor, observer or evaluator"
            " (经办人、负责人、督查专员、领导、第三方评估机构)."
        )
        errors.append(RowError(read.row, message, {"role": read.role_text}))
    if read.role in UNIT_ROLES and not read.unit:
        errors.append(RowError(read.row, N_("The unit is missing. Write it.")))
    return errors
