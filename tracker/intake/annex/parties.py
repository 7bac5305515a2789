"""Who leads and who supports, by the words within one cell of units.

Understood are labels (牵头单位：A；配合单位：B), verbs (A、B牵头，C、D配合; A牵头，B、C按职责分工负责), words in
brackets behind a name (A（牵头）) and signs (*A).  What none of them says is left to the rule of the document and to
the commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..blocks import Cell, Doubt
from ..names import UnitList, split_units

_BODY = r"(?:责任|负责)?(?:单位|部门|科室|处室|股室|机构|局|主体)?"
_LABEL = re.compile(
    rf"[（(【]?(?:[市县区州省]级|市直)?(?:(?P<lead>总?牵头|主办|主责|主要责任)|(?P<support>配合|协办|参[与加]|协同|支持|协作|协助|其[他它])|(?P<hold>责任|负责|承办|实施|落实))"
    rf"{_BODY}[】]?\s*[:：]"
)
_LEADS = re.compile(
    r"(?:共同|联合|分别|负责|总)*(?:牵头|主办|主抓)(?:负责|组织(?:实施|协调)?|实施|抓总|落实|推进|抓好|统筹|协调|单位|部门|抓)*$|负总责$|为主$"
)
_SUPPORTS = re.compile(
    r"(?:共同|积极|分别|按(?:照)?(?:各自)?职责(?:分工)?|做好|密切)*(?:配合|协助|协办|参与|参加|协同|支持|指导)"
    r"(?:做好|落实|实施|推进|单位|部门|指导|相关工作|工作|抓好)*$"
)
_SHARE = re.compile(
    r"(?:等)?(?:共同|分别|具体)?(?:(?:按照?|依照?|根据|依据)(?:各自)?(?:职责|职能|分工|任务|责任)+(?:分工)?)?"
    r"(?:共同|分别|具体|分工)*(?:负责|落实|实施|组织实施|抓好落实|推进|承担|推进落实)+$"
)
_OPENS_SUPPORT = re.compile(r"^(?:会同|配合单位|协同|联合|商)")
_OPENS = re.compile(r"^由")
_VERB_ENDS = re.compile(r"(牵头|主办|配合|参与|协助|负责|落实)(?:[ \t\u3000]*\n\s*|[、 \u3000]+)(?=[^：:]{2})")
_SIGN = re.compile(r"[*＊★☆▲△◆●※#√]")
_PAIRS = {"（": "）", "(": ")", "《": "》", "“": "”"}


@dataclass(slots=True)
class Parties:
    """The units of one task.  ``rest`` are those of whom nothing in their cell says whether they lead."""

    leads: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    stated: bool = False

    def add(self, role: str, found: UnitList) -> None:
        """Take the names of a list in; ``role`` is the attribute that they belong to."""
        for name in found.names:
            target = {"lead": self.leads, "support": self.supports}.get(found.roles.get(name, ""), getattr(self, role))
            if name not in target:
                target.append(name)
        self.stated = self.stated or bool(found.roles)
        self.others += [name for name in found.others if name not in self.others]
        self.doubts += found.doubts


def read_cell(cell: Cell, role: str, parties: Parties, *, level: str | None = None, mark: str | None = None) -> None:
    """Add what ``cell`` says to ``parties``; ``role`` (leads, supports, rest) is what its column means by itself."""
    text = cell.text.strip()
    labelled = list(_labelled(text, role))
    if labelled:
        parties.stated = parties.stated or role == "rest"
        for part, words in labelled:
            _clauses(words, part, parties, cell, level, mark)
        return
    _clauses(text, role, parties, cell, level, mark)


def split_parts(text: str, marks: str) -> list[str]:
    """``text`` cut at the given marks where they stand outside of brackets and quotation marks."""
    parts: list[str] = []
    closing: list[str] = []
    start = 0
    for place, letter in enumerate(text):
        if closing and letter == closing[-1]:
            closing.pop()
        elif letter in _PAIRS and _PAIRS[letter] in text[place:]:
            closing.append(_PAIRS[letter])
        elif not closing and letter in marks:
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def _labelled(text: str, role: str) -> Iterator[tuple[str, str]]:
    """The words behind each label, with what the label means beside the others."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        return
    leads = any(label["lead"] for label in labels)
    supports = any(label["support"] for label in labels)
    if before := text[: labels[0].start()].strip(" ；;，,\n"):
        yield role, before
    for label, end in zip(labels, [*(label.start() for label in labels[1:]), len(text)], strict=True):
        words = text[label.end() : end].strip(" ；;，,。\n")
        words = words.removesuffix("）") if words.count("）") > words.count("（") else words
        if label["lead"] or (label["hold"] and supports and not leads):
            yield "leads", words
        elif label["support"] or leads:
            yield "supports", words
        else:
            yield role, words


def _clauses(text: str, role: str, parties: Parties, cell: Cell, level: str | None, mark: str | None) -> None:
    """Sort the clauses of ``text`` by their verbs; without any verb all of it belongs to ``role``."""
    clauses = [(_role(clause), clause) for clause in split_parts(_VERB_ENDS.sub(r"\1；", text), "，,；;。")]
    if not any(said for said, _ in clauses):
        _plain(text, role, parties, cell, level, mark)
        return
    leads = any(said == "leads" for said, _ in clauses)
    parties.stated = parties.stated or leads or any(said == "supports" for said, _ in clauses)
    for place, (said, clause) in enumerate(clauses):
        verb = said or next((later for later, _ in clauses[place + 1 :] if later), "share")
        if verb == "share":
            verb = "supports" if leads or role == "supports" else role
        parties.add(verb, split_units(_bare(clause), level=level, line=cell.line))


def _role(clause: str) -> str | None:
    words = "".join(clause.split())
    if _OPENS_SUPPORT.match(words) or _SUPPORTS.search(words):
        return "supports"
    if _LEADS.search(words):
        return "leads"
    return "share" if _SHARE.search(words) else None


def _bare(clause: str) -> str:
    """The names of a clause without its verb."""
    words = _OPENS.sub("", _OPENS_SUPPORT.sub("", clause.strip()))
    for verb in (_SUPPORTS, _LEADS, _SHARE):
        shorter = verb.sub("", words)
        if shorter != words:
            return shorter
    return words


def _plain(text: str, role: str, parties: Parties, cell: Cell, level: str | None, mark: str | None) -> None:
    """A cell without verbs: its names, the parts that commas make of it, and the signs at names."""
    signs = mark or "".join(set(_SIGN.findall(text)))
    if role == "rest" and signs and any(sign in text for sign in signs):
        _signed(text, signs, parties, cell, level)
        return
    found = split_units(_SIGN.sub("", text) if signs else text, level=level, line=cell.line)
    parties.add(role, found)


def _signed(text: str, signs: str, parties: Parties, cell: Cell, level: str | None) -> None:
    """The names at which a sign stands lead, the others support."""
    found = split_units(_SIGN.sub("", text), level=level, line=cell.line)
    flat = "".join(text.split())
    for name in found.names:
        signed = any(f"{sign}{name}" in flat or f"{name}{sign}" in flat for sign in signs)
        found.roles.setdefault(name, "lead" if signed else "support")
    parties.add("rest", found)


def comma_parts(cells: Sequence[Cell], level: str | None = None) -> list[list[str]]:
    """The names of a task by the parts that its commas or semicolons make."""
    parts = []
    for cell in cells:
        parts += [split_units(part, level=level).names for part in split_parts(cell.text, "，,；;")]
    return [part for part in parts if part]
