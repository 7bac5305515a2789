"""Changes of rows: edit, add, remove, split, merge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import InvalidInput
from ...i18n import N_
from ...reporting.commands import checked
from .forms import RowForm, as_row
from .refs import give_refs
from .stored import Row, Stored, new_key, row_of, touch

SPLIT_HINT = N_("Put an empty line into the text where the row is to be split.")
SPLIT_DOUBT = N_("This row was split off: check its number and its units.")
_PARTING = re.compile(r"\n\s*\n")
_NUMBER_BEFORE = re.compile(r"^[（(]?(\d{1,3})[)）.．、]\s*(?=\S)")


def save_row(draft: Stored, data: Mapping[str, Any]) -> Row:
    """Take what was typed for a row (RowForm); with ``settle`` its doubts are settled by that."""
    row = row_of(draft, data["row"], data["version"])
    row |= as_row(checked(RowForm(draft["period"]), data))
    touch(row)
    for doubt in draft["warnings"]:
        if doubt["row"] == row["key"] and data.get("settle"):
            doubt["settled"] = True
    give_refs(draft["tasks"])
    return row


def add_row(draft: Stored, data: Mapping[str, Any]) -> Row:
    """A new row (RowForm) behind the row ``row``, or as the first where that is None."""
    above = row_of(draft, data["row"]) if data["row"] is not None else None
    place = draft["tasks"].index(above) + 1 if above is not None else 0
    line = above["source_line"] if above is not None else 1
    row = as_row(checked(RowForm(draft["period"]), data)) | {"source_line": line, "ref": ""}
    row |= {"key": new_key(draft), "version": 0}
    draft["tasks"].insert(place, row)
    give_refs(draft["tasks"])
    return row


def remove_row(draft: Stored, data: Mapping[str, Any]) -> None:
    """Take a row away, its doubts with it."""
    row = row_of(draft, data["row"], data["version"])
    draft["tasks"].remove(row)
    draft["warnings"] = [doubt for doubt in draft["warnings"] if doubt["row"] != row["key"]]
    give_refs(draft["tasks"])


def split_row(draft: Stored, data: Mapping[str, Any]) -> Row:
    """Split a row where its text (as typed) has an empty line; units and deadline stay with both halves.

    A number before the second half becomes its number, else the next one that is free; a doubt asks for a look.
    """
    row = row_of(draft, data["row"], data["version"])
    loaded = checked(RowForm(draft["period"]), data)
    parts = [part.strip() for part in _PARTING.split(loaded["text"], maxsplit=1)]
    if len(parts) < 2 or not all(parts):
        raise InvalidInput({"text": [SPLIT_HINT]})
    typed = as_row(loaded)
    row |= typed | {"text": parts[0]}
    touch(row)
    number, text = _number_and_text(draft, row, parts[1])
    second = typed | {"text": text, "number": number, "source_line": row["source_line"], "ref": ""}
    second |= {"key": new_key(draft), "version": 0, "targets": [dict(target) for target in row["targets"]]}
    draft["tasks"].insert(draft["tasks"].index(row) + 1, second)
    draft["warnings"].append(
        {
            "key": new_key(draft),
            "line": row["source_line"],
            "message": SPLIT_DOUBT,
            "values": {},
            "row": second["key"],
            "settled": False,
        }
    )
    give_refs(draft["tasks"])
    return second


def _number_and_text(draft: Stored, row: Row, text: str) -> tuple[str, str]:
    printed = _NUMBER_BEFORE.match(text)
    if printed is not None:
        return printed.group(1), text[printed.end() :]
    taken = {other["number"] for other in draft["tasks"] if other["section"] == row["section"]}
    if row["number"].isdecimal() and str(int(row["number"]) + 1) not in taken:
        return str(int(row["number"]) + 1), text
    further = 2
    while f"{row['number']}-{further}" in taken:
        further += 1
    return f"{row['number']}-{further}", text


def merge_row(draft: Stored, data: Mapping[str, Any]) -> Row:
    """Put a row into the one above: texts and units one behind the other; the doubts of both stay."""
    row = row_of(draft, data["row"], data["version"])
    place = draft["tasks"].index(row)
    if not place:
        raise InvalidInput({"": [N_("There is no row above the first.")]})
    above: Row = draft["tasks"][place - 1]
    above["text"] += row["text"]
    above["leads"] += [name for name in row["leads"] if name not in (*above["leads"], *above["supports"])]
    above["supports"] += [name for name in row["supports"] if name not in (*above["leads"], *above["supports"])]
    above["others"] = list(dict.fromkeys([*above["others"], *row["others"]]))
    above["joint"] = (above["joint"] or row["joint"]) and len(above["leads"]) > 1 and not above["supports"]
    above["targets"] += row["targets"]
    for name in ("deadline", "deadline_words", "remark"):
        above[name] = above[name] or row[name]
    for doubt in draft["warnings"]:
        if doubt["row"] == row["key"]:
            doubt["row"] = above["key"]
    draft["tasks"].remove(row)
    touch(above)
    give_refs(draft["tasks"])
    return above
