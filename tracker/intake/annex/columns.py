"""Which column of a table holds what, by the words in its head and, where these leave it open, by what stands below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..blocks import Cell, Table
from . import numbering
from .words import HOLDS, UNITS, Role, plain, role

Row = Sequence[Cell]

_TITLE_ROWS = 8
_LONGEST_WORDS = 40
_CONCERNED = re.compile(r"涉及|有关|相关|所有|分工")
_LONGEST_STEP = 8
_OFFICE_SECTION = re.compile(r"[科处股]室|责任[科处股]")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one table: their roles, the words in their heads, and the first row below the head."""

    roles: tuple[Role | None, ...]
    heads: tuple[str, ...]
    top: int
    first: int

    def of(self, *wanted: Role) -> tuple[int, ...]:
        """The columns that hold one of the wanted roles, from left to right."""
        return tuple(column for column, role in enumerate(self.roles) if role in wanted)

    @property
    def leads(self) -> tuple[int, ...]:
        """The columns whose units lead."""
        if named := self.of(Role.LEAD):
            return named
        held = self.of(Role.HOLD)
        return held[:1] if len(held) > 1 or self.of(Role.SUPPORT) else ()

    @property
    def single(self) -> tuple[int, ...]:
        """The columns in which leads and supporters stand together."""
        return self.of(Role.BOTH) if self.leads else self.of(Role.HOLD, Role.BOTH)

    @property
    def ruled(self) -> tuple[int, ...]:
        """The columns of which a rule may say who leads: those whose words leave it open."""
        return self.single or (() if self.of(Role.LEAD) else self.leads)

    @property
    def supports(self) -> tuple[int, ...]:
        """The columns whose units support."""
        apart = {*self.leads, *self.single}
        return tuple(column for column in self.of(Role.SUPPORT, Role.HOLD) if column not in apart)

    def is_like(self, other: Layout) -> bool:
        """Whether both tables have columns of the same roles in the same order."""
        return self.roles == other.roles


def layout(table: Table) -> Layout | None:
    """The columns of ``table``; None where no row near its top names units and what they are to do."""
    for top in range(min(_TITLE_ROWS, len(table.rows))):
        if len(distinct(table.rows[top])) < 2:
            continue
        depth = _depth(table.rows, top)
        heads = tuple(_path(table.rows[top : top + depth]))
        roles = [_role(path) for path in heads]
        below = table.rows[top + depth :]
        _leave_out_sections_of_offices(roles, heads)
        _leave_out_bystanders(roles, heads)
        _mend(roles, below)
        if _divides(roles):
            return Layout(tuple(roles), tuple("".join(path) for path in heads), top, top + depth)
    return None


def same_head(found: Layout, row: Row) -> bool:
    """Whether ``row`` repeats the head of its table, as after a page break."""
    words = [plain(cell.text) for cell in row]
    filled = [(head, word) for head, word in zip(found.heads, words, strict=False) if word]
    return len({word for _, word in filled}) > 1 and all(word in head for head, word in filled)


def distinct(row: Row) -> list[Cell]:
    """The filled cells of a row, each merged one once."""
    cells: list[Cell] = []
    for cell in row:
        if cell.text.strip() and not any(cell is seen for seen in cells):
            cells.append(cell)
    return cells


def _depth(rows: Sequence[Row], top: int) -> int:
    """How many rows the head has: a further one where a cell spans columns or stands beside empty ones."""
    depth = 1
    while depth < 3 and top + depth < len(rows) and _is_second_level(rows[top + depth - 1], rows[top + depth]):
        depth += 1
    return depth


def _is_second_level(upper: Row, lower: Row) -> bool:
    own = []
    for column, (above, below) in enumerate(zip(upper, lower, strict=False)):
        if below is above or not below.text.strip():
            continue
        beside = (*upper[max(0, column - 1) : column], *upper[column + 1 : column + 2])
        spans = not above.text.strip() or any(above is other or not other.text.strip() for other in beside)
        if not spans or (role(below.text) is None and not _is_step(above, below)):
            return False
        own.append(below)
    return len(own) > 1


def _is_step(above: Cell, below: Cell) -> bool:
    """Whether ``below`` is a short word under a head that tells what it is a part of: 一季度 under 进度安排."""
    return role(above.text) is not None and len(plain(below.text)) <= _LONGEST_STEP


def _path(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """For each column its words from the upper to the lower level, each cell once."""
    for column in range(len(rows[0])):
        cells: list[Cell] = []
        for row in rows:
            if row[column].text.strip() and not any(row[column] is seen for seen in cells):
                cells.append(row[column])
        yield tuple(plain(cell.text) for cell in cells)


def _role(path: tuple[str, ...]) -> Role | None:
    if not path or len(path[-1]) > _LONGEST_WORDS:
        return None
    last = role(path[-1])
    if last is Role.PERSON or len(path) == 1:
        return last
    whole = role("".join(path))
    return whole if whole in UNITS else last or whole or role(path[0])


def _leave_out_sections_of_offices(roles: list[Role | None], heads: Sequence[tuple[str, ...]]) -> None:
    """责任科室 beside 主办单位 says who within that unit does it; where all units are 科室, these are the units."""
    within = [
        role is Role.HOLD and bool(_OFFICE_SECTION.search("".join(path)))
        for role, path in zip(roles, heads, strict=True)
    ]
    if any(role in (Role.LEAD, Role.HOLD) and not inner for role, inner in zip(roles, within, strict=True)):
        for column, inner in enumerate(within):
            if inner:
                roles[column] = Role.OTHER


def _leave_out_bystanders(roles: list[Role | None], heads: Sequence[tuple[str, ...]]) -> None:
    """链主单位 or 建设单位 beside units that lead and units that support does something else than these."""
    if Role.LEAD in roles and Role.SUPPORT in roles:
        for column, path in enumerate(heads):
            if roles[column] is Role.HOLD and not HOLDS.search("".join(path)) and not _CONCERNED.search("".join(path)):
                roles[column] = Role.OTHER


def _mend(roles: list[Role | None], below: Sequence[Row]) -> None:
    """Find the numbers and the texts that the head does not name as such."""
    if Role.NUMBER not in roles:
        unnamed = (column for column, role in enumerate(roles) if role in (None, Role.TEXT, Role.SECTION))
        for column in unnamed:
            if _are_numbers([row[column].text for row in below]):
                roles[column] = Role.NUMBER
                break
    if not any(role in (Role.TEXT, Role.SECTION) for role in roles):
        goals = [column for column, role in enumerate(roles) if role is Role.GOAL]
        blank = [column for column, role in enumerate(roles) if role is None]
        widest = max(goals or blank, key=lambda column: sum(len(row[column].text) for row in below), default=None)
        if (
            widest is not None
            and Role.FIGURE not in roles
            and (goals or _are_texts([row[widest].text for row in below]))
        ):
            roles[widest] = Role.TEXT
    if Role.TEXT not in roles and Role.SECTION in roles and Role.FIGURE not in roles:
        roles[len(roles) - 1 - roles[::-1].index(Role.SECTION)] = Role.TEXT


def _are_numbers(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text.strip()]
    return len(filled) > 0 and sum(numbering.printed(text) is not None for text in filled) * 10 >= len(filled) * 7


def _are_texts(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text.strip()]
    return len(filled) > 1 and sum(map(len, filled)) >= 8 * len(filled)


def _divides(roles: Sequence[Role | None]) -> bool:
    """Whether somebody is made responsible for something; members of a group alone are not."""
    return Role.TEXT in roles and any(role in UNITS and role is not Role.SUPPORT for role in roles)
