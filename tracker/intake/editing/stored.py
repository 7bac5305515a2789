"""The stored draft: what ``plans read`` prints, with a key and a version for each row and each doubt.

    {…, "tasks": [{"key": 7, "version": 0, "ref": …}],
     "warnings": [{"key": 50, "line": 544, "message": msgid, "values": {…}, "row": 7 or null, "settled": false}],
     "next_key": 51}

A row is one task.  Its key never changes, whatever its number does, so that a page can name it; its version counts
its changes, so that two people who check different rows do not meet.  A doubt stays in the language-free form in which
it was raised and is translated when it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from ...errors import StaleVersion
from ...i18n import N_

Stored = dict[str, Any]
Row = dict[str, Any]

OWN_KEYS = ("key", "version")
MOST_LINES = 12
"""A row shows at most so many lines of its source; the rest is one click away."""

CHANGED = N_(
    "Somebody changed this row after you opened it. What you typed is kept below: compare it with the row as it is now,"
    " then save again."
)


def stored_draft(draft: Mapping[str, Any], doubts: Sequence[Mapping[str, Any]]) -> Stored:
    """The stored form of a draft as read.  ``doubts`` replace its translated warnings (line, message, values, ref)."""
    given: Stored = deepcopy(dict(draft))
    keys = iter(range(1, 10**9))
    for row in given["tasks"]:
        row.setdefault("others", [])
        row.setdefault("deadline_words", None)
        row.setdefault("remark", None)
        row |= {"key": next(keys), "version": 0}
    given["warnings"] = [
        {
            "key": next(keys),
            "line": doubt["line"],
            "message": doubt["message"],
            "values": dict(doubt.get("values") or {}),
            "row": _row_of_doubt(given["tasks"], doubt),
            "settled": False,
        }
        for doubt in doubts
    ]
    given["next_key"] = next(keys)
    return given


def _row_of_doubt(rows: Sequence[Row], doubt: Mapping[str, Any]) -> int | None:
    """The row that a doubt is about: by its ref, else the one whose lines of the source hold it."""
    for row in rows:
        if doubt.get("ref") is not None and row["ref"] == doubt["ref"]:
            return int(row["key"])
    for row, lines in zip(rows, spans(rows), strict=True):
        if doubt["line"] is not None and doubt["line"] in lines:
            return int(row["key"])
    return None


def spans(rows: Sequence[Row]) -> list[range]:
    """The lines of the source that each row takes: up to the next row's, the last as many as the row before it.

    A row that stands in no order with the next (a joined table, a row that was added) takes one line.
    """
    found: list[range] = []
    for position, row in enumerate(rows):
        first = row["source_line"]
        after = rows[position + 1]["source_line"] if position + 1 < len(rows) else None
        length = after - first if after is not None else len(found[-1]) if found else 1
        found.append(range(first, first + min(max(length, 1), MOST_LINES)))
    return found


def row_of(draft: Stored, key: int, version: int | None = None) -> Row:
    """A row by its key.  Raises StaleVersion where it is gone or no longer at ``version``."""
    for row in draft["tasks"]:
        if row["key"] == key:
            if version is not None and row["version"] != version:
                raise StaleVersion(CHANGED)
            return dict_of(row)
    raise StaleVersion(N_("Somebody took this row away after you opened it. Nothing was changed."))


def dict_of(row: Any) -> Row:
    """The row itself, typed."""
    assert isinstance(row, dict)
    return row


def touch(row: Row) -> None:
    """Count a change of a row."""
    row["version"] += 1


def new_key(draft: Stored) -> int:
    """A key that nothing in the draft has had."""
    key = int(draft["next_key"])
    draft["next_key"] = key + 1
    return key


def open_doubts(draft: Stored) -> list[dict[str, Any]]:
    """The doubts that nobody has settled, those of the whole document first, then by line."""
    waiting = [doubt for doubt in draft["warnings"] if not doubt["settled"]]
    return sorted(waiting, key=lambda doubt: (doubt["line"] is not None, doubt["line"] or 0, doubt["key"]))


def names_of(draft: Stored) -> list[str]:
    """Every unit name of the rows, once, in the order of the plan."""
    return list(dict.fromkeys(_names(draft)))


def _names(draft: Stored) -> Iterator[str]:
    for row in draft["tasks"]:
        yield from row["leads"]
        yield from row["supports"]


def sections_of(draft: Stored) -> list[str]:
    """The titles of the sections in the order of the rows."""
    return list(dict.fromkeys(row["section"] for row in draft["tasks"] if row["section"] is not None))


def plan_draft(draft: Stored, translate: Any) -> dict[str, Any]:
    """The draft in the shape of ``plans read``; what nobody settled stays as its warnings."""
    given = {name: deepcopy(value) for name, value in draft.items() if name != "next_key"}
    refs = {row["key"]: row["ref"] for row in draft["tasks"]}
    given["tasks"] = [{name: row[name] for name in row if name not in OWN_KEYS} for row in given["tasks"]]
    given["warnings"] = [
        {
            "line": doubt["line"],
            "message": translate(doubt["message"], **doubt["values"]),
            "ref": refs.get(doubt["row"]),
        }
        for doubt in open_doubts(draft)
    ]
    return given
