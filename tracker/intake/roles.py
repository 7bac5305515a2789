"""Who leads and who supports, in the words of a marker: 牵头单位：A；配合单位：B, A牵头，B、C配合, A、B按职责分工负责.

Where several units are named and nothing says who leads, all lead together (``joint``), unless a rule that the document
gives once (列第一位的为牵头单位，下同) says how many of the first do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tracker.i18n import N_

from .blocks import Doubt
from .deadlines import is_time
from .labels import BOTH, LEAD, SUPPORT, label
from .names import UnitList, split_units

_ordinals = "一二三四五"
_first = re.compile(
    r"[^。；;（(，,、：:\n]{0,18}(?P<place>第?一(?:[、和至]第?[二三四五])*(?:位|名|个|家)?|首位|首个|最前)(?:的)?(?:责任)?(?:单位|部门|者)?"
    r"(?:均)?(?:为|是|系|作为)(?:总|主)?(?:牵头|主责|主办|主要责任|第一责任)[^。；;）)，,]{0,8}(?:[，,]?(?:下同|以下同|以下相同))?"
)
_first_in_brackets = re.compile(rf"[（(]{_first.pattern}[^（()）]*[）)]")
_all_over = re.compile(r"下同|以下同|不再(?:逐一|一一|重复|单独)?列|^[（(]?(?:以下|以上)(?:均|各|任务|工作|同|所有)")

_leads = (
    r"(?:共同|联合|分别|分头|总)*(?:牵头|主办|主责|统筹)(?:负责|落实|组织|组织实施|组织落实|推进|实施|抓好落实|协调)*"
)
_helps = (
    r"(?:按照?(?:各自)?(?:职责|职能|分工|职责分工|职能分工)|分别|共同|积极|协同|协助|参与|密切|具体|负责)*"
    r"(?:配合|参与|参加|协助|协办|协同|支持|指导|督导|协同配合|协调配合)(?:做好|落实|实施|推进|配合|工作)*"
)
_does = (
    r"(?:按照?(?:各自)?(?:职责分工|职能分工|职责|职能|分工|任务分工)|分别|共同|具体|分工|分级|结合实际|抓好|组织|协同)*"
    r"(?:负责|落实|实施|推进|承担|抓好落实|分工负责|组织实施)(?:落实|实施|推进|组织实施|具体实施|抓好落实|到位)*"
)
_verb = re.compile(rf"(?:(?P<lead>{_leads})|(?P<support>{_helps})|(?P<both>{_does}))$")
_with = re.compile(r"会同(?=[一-鿿])|(?<=[局委办厅部院会联])商(?=[省市县区州旗国])")
_turn = re.compile(
    r"(?<=[一-鿿])(?P<verb>牵头|主办|配合|参与|协助|协办|负责|落实)(?:[ \t\u3000]*\n\s*|[、 \u3000]+)"
    rf"(?!{LEAD}|{BOTH}|{SUPPORT})(?=[一-鿿])"
)
_aside = re.compile(r"[（(](?P<lead>牵头[，,；;])?(?P<words>[^（()）]{3,}(?:配合|参与|参加|协助|协办))[)）]")
_open, _close = "（([【〔《“", "）)]】〕》”"


@dataclass(slots=True)
class Roles:
    """The units of one marker or cell.

    ``time`` is what it says of a day, as printed; ``plain``: no word says who does what; ``stated``: a word says of
    some that they lead or support; ``level``: the level that the last name bears, for what goes on in another cell.
    """

    leads: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    joint: bool = False
    time: str | None = None
    plain: bool = False
    stated: bool = False
    level: str | None = None
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """All units, the leading ones first."""
        return [*self.leads, *self.supports]


def leading_places(text: str) -> int | None:
    """How many of the first-named units lead by a rule in ``text``: 列第一、二位的为牵头单位 gives 2, no rule None."""
    found = _first.search(re.sub(r"\s", "", text))
    if found is None:
        return None
    return max((_ordinals.index(char) + 1 for char in found["place"] if char in _ordinals), default=1)


def read_roles(
    text: str,
    known: Sequence[str] = (),
    *,
    first: int | None = None,
    level: str | None = None,
    line: int | None = None,
) -> Roles:
    """The units in ``text``, the inside of a marker or a cell, with their roles.

    ``first``: by the document's rule so many of the first-named lead where no word says it; ``level``: the level in
    force before the text; ``line`` goes into doubts.
    """
    text = _spread(re.sub(r"[ \t]*\n[ \t]*", "\n", text).strip())
    first = leading_places(text) or first
    text, said = _without_rules(text)
    collected = _Collected(known, level, line)
    for role, part in _labelled(text):
        if role == "time":
            collected.time = part.strip("。；;，, \n") or None
        elif role != "people":
            _add(collected, role, part)
    roles = collected.settle(first)
    if said:
        roles.doubts.append(
            Doubt(line, N_("This holds for every task and was not added to them: %(words)s"), {"words": said})
        )
    return roles


def _spread(text: str) -> str:
    """``text`` with a verb and a semicolon where it says both by brackets or a new line: A（B配合） is A牵头；B配合."""

    def clauses(aside: re.Match[str]) -> str:
        said = aside.string[: aside.start()].endswith(("牵头", "负责"))
        return f"{'' if said else '牵头'}；{aside['words']}；"

    return _turn.sub(r"\g<verb>；", _aside.sub(clauses, text))


def _without_rules(text: str) -> tuple[str, str | None]:
    """``text`` without what it rules for all tasks, and the words where they name units for all."""
    text = _first.sub("", _first_in_brackets.sub("", text))
    if not _all_over.search(text):
        return text, None
    clauses = list(_clauses(text))
    kept = [clause for clause in clauses if not _all_over.search(clause)]
    return "，".join(kept), re.sub(r"\s", "", "，".join(clause for clause in clauses if clause))


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a marker with the role of the word before each; ``plain`` for what stands before any."""
    place, role = 0, "plain"
    for found in label.finditer(text):
        if depth(text, found.start()) > 0:
            continue
        yield role, text[place : found.start()]
        place, role = (
            found.end(),
            str(found.lastgroup if found["rule"] is None and found["more"] is None else _kind(found)),
        )
    yield role, text[place:]


def _kind(found: re.Match[str]) -> str:
    return next(name for name in ("lead", "support", "both", "time", "people") if found[name])


def depth(text: str, position: int) -> int:
    """How many brackets stand open before ``position``."""
    return sum((char in _open) - (char in _close) for char in text[:position])


def _add(collected: _Collected, role: str, part: str) -> None:
    """Adds the units of one labelled part, whose own words (A牵头，B配合) go before the label."""
    waiting = ""
    for clause in _clauses(part):
        if clause and is_time(clause):
            collected.time = collected.time or clause
            continue
        verb = _verb.search(clause)
        if verb is None and (with_others := _with.search(clause)):
            collected.add("lead", waiting + clause[: with_others.start()])
            collected.add("support", clause[with_others.end() :])
            waiting = ""
            continue
        if verb is None or not verb.start():
            waiting += clause if verb is None else ""
            waiting += "，"
            continue
        if role != "plain":
            collected.add(role, waiting)
            waiting = ""
        names = (waiting + clause[: verb.start()]).removeprefix("由")
        waiting = ""
        said = next(name for name in ("lead", "support", "both") if verb[name])
        before, *after = _with.split(names, maxsplit=1)
        collected.add("lead" if after and said == "both" else said, before)
        if after:
            collected.add("support", after[0])
    collected.add(role, waiting)


def _clauses(part: str) -> Iterator[str]:
    start = 0
    for position, char in enumerate(part):
        if char in "，,；;。" and depth(part, position) == 0:
            yield part[start:position].strip()
            start = position + 1
    yield part[start:].strip()


class _Collected:
    """The units of a marker while it is read, in order, each with the word that named it."""

    def __init__(self, known: Sequence[str], level: str | None, line: int | None) -> None:
        self.known, self.level, self.line = known, level, line
        self.time: str | None = None
        self.named: list[tuple[str, str]] = []
        self.others: list[str] = []
        self.doubts: list[Doubt] = []

    def add(self, role: str, text: str) -> None:
        """Adds a list of units; a note behind a name, 市教育局（牵头）, goes before ``role``."""
        found: UnitList = split_units(text.strip("，,；;。:： \n"), self.known, level=self.level, line=self.line)
        self.level = found.level or self.level
        self.named.extend((found.roles.get(name, role), name) for name in found.names)
        self.others.extend(name for name in found.others if name not in self.others)
        self.doubts.extend(found.doubts)

    def settle(self, first: int | None) -> Roles:
        """The roles: responsible units beside a lead support it; without one the rule decides, else all lead."""
        leads = _once(name for role, name in self.named if role == "lead")
        rest = _once(name for role, name in self.named if role in ("both", "plain"))
        if not leads:
            leads = rest[: first or len(rest)]
        supports = _once(name for _, name in self.named if name not in leads)
        if not leads and supports:
            self.doubts.append(Doubt(self.line, N_("Only supporting units are named here.")))
        for name in leads:
            if ("support", name) in self.named:
                message = N_("%(name)s is named as leading and as supporting; it was kept as leading.")
                self.doubts.append(Doubt(self.line, message, {"name": name}))
        said = any(role == "lead" for role, _ in self.named) or first is not None
        return Roles(
            leads,
            supports,
            self.others,
            joint=not said and len(leads) > 1 and not supports,
            time=self.time,
            plain=all(role == "plain" for role, _ in self.named),
            stated=any(role in ("lead", "support") for role, _ in self.named),
            level=self.level,
            doubts=self.doubts,
        )


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
