"""Changes of more than one row, of doubts, and of what the head of the document says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InvalidInput
from ...i18n import N_
from ...reporting.commands import checked
from .forms import FactsForm, SectionForm, split_names
from .stored import Row, Stored, row_of, touch


def lead_section(draft: Stored, data: Mapping[str, Any]) -> int:
    """All rows of a section are led by the units named (SectionForm), in that order.  Returns how many rows changed.

    With the scope ``without`` rows that name a lead unit stay.  Otherwise the units that led before support: no unit is
    lost without a word.
    """
    loaded = checked(SectionForm(), data)
    leads, others = split_names(loaded["leads"])
    if len(set(leads)) < len(leads):
        raise InvalidInput({"leads": [N_("This stands twice in the list: keep one.")]})
    rows = [row for row in draft["tasks"] if (row["section"] or "") == loaded["section"]]
    chosen = [row for row in rows if loaded["scope"] == "all" or not row["leads"]]
    for row in chosen:
        _lead(row, leads)
        row["others"] = list(dict.fromkeys([*row["others"], *others]))
    if not chosen:
        raise InvalidInput({"scope": [N_("Every row of this section names a lead unit already.")]})
    return len(chosen)


def first_leads(draft: Stored, data: Mapping[str, Any]) -> int:
    """Of several units without a word on who leads the first leads and the others support.

    For the row ``row``, or for every such row where that is None.  Returns how many rows changed.
    """
    rows = [row_of(draft, data["row"], data["version"])] if data["row"] is not None else draft["tasks"]
    chosen = [row for row in rows if row["joint"]]
    for row in chosen:
        _lead(row, row["leads"][:1])
    return len(chosen)


def _lead(row: Row, leads: Sequence[str]) -> None:
    kept = [name for name in (*row["leads"], *row["supports"]) if name not in leads]
    row |= {"leads": list(leads), "supports": list(dict.fromkeys(kept)), "joint": False}
    touch(row)


def settle(draft: Stored, data: Mapping[str, Any]) -> int:
    """Settle a doubt, or open it again; with ``alike`` every doubt that says the same.  Returns how many."""
    named = [doubt for doubt in draft["warnings"] if doubt["key"] == data["doubt"]]
    if not named:
        raise InvalidInput({"": [N_("This doubt is no longer there.")]})
    message = named[0]["message"]
    chosen = [doubt for doubt in draft["warnings"] if doubt["message"] == message] if data["alike"] else named
    for doubt in chosen:
        doubt["settled"] = data["settled"]
    return len(chosen)


def set_facts(draft: Stored, data: Mapping[str, Any]) -> None:
    """Take what was typed for the document (FactsForm)."""
    loaded = checked(FactsForm(), data)
    period = [int(loaded["first_year"]), int(loaded["last_year"])] if loaded["first_year"] else None
    if period is not None and any(
        row["deadline"] is not None and not period[0] <= int(row["deadline"][:4]) <= period[1] for row in draft["tasks"]
    ):
        raise InvalidInput({"first_year": [N_("A deadline of a row lies outside this period. Correct one of them.")]})
    draft |= {
        "title": loaded["title"],
        "document_number": loaded["document_number"] or None,
        "issuer": loaded["issuer"] or None,
        "issued_on": loaded["issued_on"].isoformat() if loaded["issued_on"] is not None else None,
        "period": period,
    }
