"""Ruled tables on a page: the lines that cross make a grid, where one is missing two of its cells are one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .pdf_page import Glyph, Page, Rule

_NEAR = 3.0
"""Points within which two lines are at the same place, or meet."""
_COVERED = 0.5
"""How much of a cell's side has to be ruled."""
Position = tuple[int, int]


@dataclass(slots=True)
class Ruled:
    """A grid of ``ys`` by ``xs``; ``owner`` gives for each position the one at which its cell begins."""

    xs: list[float]
    ys: list[float]
    owner: dict[Position, Position]
    glyphs: dict[Position, list[Glyph]] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.ys) - 1, len(self.xs) - 1

    def holds(self, glyph: Glyph) -> bool:
        """Takes a character that stands within the grid into its cell."""
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        rows, columns = self.size
        if not (0 <= row < rows and 0 <= column < columns):
            return False
        self.glyphs.setdefault(self.owner[row, column], []).append(glyph)
        return True

    def span(self, begin: Position) -> tuple[float, float]:
        """The left and the right side of the cell that begins at ``begin``."""
        columns = [column for (_, column), own in self.owner.items() if own == begin]
        return self.xs[min(columns)], self.xs[max(columns) + 1]


def ruled_tables(page: Page) -> list[Ruled]:
    """The grids of two columns or more on the page, from the top."""
    across, down = _merged(page.across), _merged(page.down)
    tables = []
    for rows, columns in _components(across, down):
        xs, ys = _places(columns), _places(rows)
        if not xs or not ys:
            continue
        # A page break leaves a row, a style of the office the sides of a table, without its last line.
        left, right = min(rule.start for rule in rows), max(rule.end for rule in rows)
        if left < xs[0] - 4 * _NEAR:
            xs.insert(0, left)
            columns.append(Rule(left, ys[0], ys[-1]))
        if right > xs[-1] + 4 * _NEAR:
            xs.append(right)
            columns.append(Rule(right, ys[0], ys[-1]))
        top, bottom = min(rule.start for rule in columns), max(rule.end for rule in columns)
        if top < ys[0] - 4 * _NEAR:
            ys.insert(0, top)
            rows.append(Rule(top, xs[0], xs[-1]))
        if bottom > ys[-1] + 4 * _NEAR:
            ys.append(bottom)
            rows.append(Rule(bottom, xs[0], xs[-1]))
        if len(xs) > 2 and len(ys) > 1:
            tables.append(Ruled(xs, ys, _owners(xs, ys, rows, columns)))
    return sorted(tables, key=lambda table: table.ys[0])


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Lines at the same place that meet or overlap, as one."""
    found: list[Rule] = []
    row: list[Rule] = []
    for rule in sorted(rules):
        if row and rule.at - row[0].at > _NEAR:
            found.extend(_spliced(row))
            row = []
        row.append(rule)
    return [rule for rule in [*found, *_spliced(row)] if rule.end - rule.start >= 6]


def _spliced(row: Sequence[Rule]) -> list[Rule]:
    spliced: list[Rule] = []
    for rule in sorted(row, key=lambda rule: rule.start):
        if spliced and rule.start <= spliced[-1].end + _NEAR:
            last = spliced[-1]
            spliced[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            spliced.append(rule)
    return spliced


def _components(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The lines that hang together by crossing or meeting, table by table."""
    parents = list(range(len(across) + len(down)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    for i, row in enumerate(across):
        for j, column in enumerate(down):
            meets = row.start - _NEAR <= column.at <= row.end + _NEAR
            if meets and column.start - _NEAR <= row.at <= column.end + _NEAR:
                parents[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, row in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(row)
    for j, column in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(column)
    return [group for group in groups.values() if group[0] and group[1]]


def _places(rules: Iterable[Rule]) -> list[float]:
    places: list[float] = []
    for rule in sorted(rules):
        if not places or rule.at - places[-1] > _NEAR:
            places.append(rule.at)
    return places


def _owners(
    xs: Sequence[float], ys: Sequence[float], rows: Sequence[Rule], columns: Sequence[Rule]
) -> dict[Position, Position]:
    """For each position where its cell begins: cells without a line between them are one."""
    owner = {(row, column): (row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)}

    def root(at: Position) -> Position:
        while owner[at] != at:
            at = owner[at]
        return at

    for row, column in list(owner):
        if column + 2 < len(xs) and not _covered(columns, xs[column + 1], ys[row], ys[row + 1]):
            first, second = sorted((root((row, column)), root((row, column + 1))))
            owner[second] = first
        if row + 2 < len(ys) and not _covered(rows, ys[row + 1], xs[column], xs[column + 1]):
            first, second = sorted((root((row, column)), root((row + 1, column))))
            owner[second] = first
    return {at: root(at) for at in owner}


def _covered(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    """Whether lines at ``at`` rule most of the way from ``start`` to ``end``."""
    length = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules if abs(rule.at - at) <= _NEAR)
    return length >= _COVERED * (end - start)
