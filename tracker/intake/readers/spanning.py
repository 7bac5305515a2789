"""Rows of a web page's table, with the cells that reach down into the next ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from .building import Box


@dataclass(slots=True)
class Rows:
    """A table as it is read: ``hanging`` are the boxes that reach down into the next row, by column."""

    rows: list[list[Box | None]] = field(default_factory=list)
    row: list[Box | None] | None = None
    hanging: dict[int, tuple[Box, int]] = field(default_factory=dict)
    reaching: dict[int, tuple[Box, int]] = field(default_factory=dict)

    def put(self, box: Box, down: int, across: int) -> None:
        """Add a cell to the row, behind those that hang into it."""
        if self.row is None:
            self.row = []
        self._take_hanging()
        for _ in range(across):
            if down > 1:
                self.reaching[len(self.row)] = (box, down - 1)
            self.row.append(box)

    def end_row(self) -> None:
        """Finish the row, with what still hangs into it at its end."""
        if self.row is None:
            return
        while any(column >= len(self.row) for column in self.hanging):
            self._take_hanging()
            if any(column > len(self.row) for column in self.hanging):
                self.row.append(None)
        self.rows.append(self.row)
        self.row, self.hanging, self.reaching = None, self.reaching, {}

    def _take_hanging(self) -> None:
        assert self.row is not None
        while (hung := self.hanging.get(len(self.row))) is not None:
            if hung[1] > 1:
                self.reaching[len(self.row)] = (hung[0], hung[1] - 1)
            self.row.append(hung[0])
