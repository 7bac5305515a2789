"""Lists of units as documents print them, taken apart into names.

Commas separate, brackets do not; white space separates two whole names and joins the parts of one that a line broke.
A name that leaves out the level which the name before it bears gets it back (省发展改革委、教育厅).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.i18n import N_

from .blocks import Doubt
from .elision import Levels
from .vocabulary import COLLECTIVE, begins_unit, ends_foreign, ends_whole, is_unit, level_of, office


@dataclass(slots=True)
class UnitList:
    """The names of a list in order, each once.

    ``others``: those behind which 等 stood.  ``roles``: "lead" or "support" for a name that bears the word in brackets,
    市教育局（牵头）.  ``level``: the level that the last name bears, for a list that goes on elsewhere.
    """

    names: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    level: str | None = None


NOBODY = re.compile(r"[\s无暂没有—–―\-/／\\.。、，,；;*_]*")
_pairs = {"（": "）", "(": ")", "《": "》", "“": "”", "〔": "〕", "[": "]", "【": "】", "〈": "〉", "「": "」"}
_separators = frozenset("、，,；;。\uff64")
_space = re.compile(r"\s")
_and_others = re.compile(
    r"(?<![中高初上下平优劣同])等(?:\d+个?|[一二三四五六七八九十]+个?)?"
    r"(?:各?(?:有关|相关|市级|市直|县级|县直|省级|省直|责任|成员|职能)*(?:部门|单位|机构|部门单位|部门和单位|部门及单位))?$"
)
_role_note = re.compile(
    r"[（(\[【]\s*(?:为|第一|共同|联合)?(?P<role>牵头|主办|主责|总牵头|配合|协办|参与|协助)(?:单位|部门)?[）)\]】]"
)
_idle_note = re.compile(
    r"[（(]\s*(?:按职责分工(?:负责)?|按职责|排名不分先后|按职能分工|分别负责|负责|责任单位|按分工)\s*[）)]"
)
_numbering = re.compile(r"^(?:\d{1,2}[.．、)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳]|[·•●○◆■□*※\-—])\s*")
_footnote = re.compile(r"(?:[①-⑳*※]|\[\d{1,2}\])+$")
_and = re.compile(r"(?:以及|及其|及|和|与)(?=[一-鿿])")
_bare_body = re.compile(r"(?:[一-鿿]{2,6})?(?:省|市|县|区|州|盟|旗|自治区)(?:委|政府|人民政府|人大|政协)$")
_tail_of_government = re.compile(r"(?:人民)?政府|管委会|办事处|办公[室厅]|党工委")
_shortest_institution = 4
_shortest_office = 3
_part_of_an_office = re.compile(r"^员会|(?:分局|支队|大队|分公司|[分支]行|分院)$")
_levels_alone = re.compile(
    r"(?:各|全)?(?:省|市|县|区|州|盟|旗|自治[区州县]|直辖市|市区|县区|县市区|乡|镇|街道|乡镇|镇街|村|社区|园区|开发区|功能区|新区)"
    r"(?:[（(][^）)]*[）)])?$"
)
_level_word = re.compile(r"(?:自治[区州县]|直辖市|市|县|区|州|旗|镇|乡|街道|村|社区|园区|开发区|功能区|新区)")
_more_of_the_same = re.compile(
    r"(?:(?P<county>自治[区州县]|直辖市|县级市|市|县|区|州|旗|园区|开发区|功能区|新区)|镇|乡|街道|街|村|社区|农场|林场)+(?:[（(][^）)]*[）)])?"
    r"(?:(?:人民)?政府|党委|党工委|管委会|管理委员会|办事处|居委会|村委会)?等?$"
)
_townships = re.compile(r"[乡镇街道村社]")
_same_rank = re.compile(r"(?:各|、)[县区旗]$")


def split_units(text: str, known: Sequence[str] = (), *, level: str | None = None, line: int | None = None) -> UnitList:
    """The names in ``text``, a list of units.

    ``known`` are whole names of the region or the plan, which are never split; ``level`` is the level in force before
    the list (牵头单位：市教育局；配合单位：财政局); ``line`` goes into the doubts.
    """
    found = UnitList(level=level)
    if NOBODY.fullmatch(text):
        return found
    levels = Levels(level)
    for piece in _pieces(text, known):
        name, role, more = _bare(piece)
        if NOBODY.fullmatch(name):
            continue
        printed, name = name, name if name in known else levels.restore(name)
        if more and name not in found.others:
            found.others.append(name)
        if role:
            found.roles[name] = role
        if name in found.names:
            found.doubts.append(Doubt(line, N_("%(name)s stands twice in one list of units."), {"name": name}))
            continue
        found.names.append(name)
        if name not in known and not is_unit(name):
            found.doubts.append(Doubt(line, N_("Is this the name of a unit: %(name)s?"), {"name": printed}))
        elif name not in known and levels.may_lack(name):
            found.doubts.append(
                Doubt(line, N_("Is a level left out before %(name)s? It was kept as printed."), {"name": name})
            )
    found.level = levels.level
    return found


def _bare(piece: str) -> tuple[str, str | None, bool]:
    """A piece of a list without numbering, notes and 等; the role that a note gives it; whether 等 stood there."""
    piece = _footnote.sub("", _numbering.sub("", piece.strip("。．.：: ")))
    role = None
    if note := _role_note.search(piece):
        role = "lead" if note["role"] in ("牵头", "主办", "主责", "总牵头") else "support"
        piece = piece[: note.start()] + piece[note.end() :]
    piece = _idle_note.sub("", piece)
    without = _and_others.sub("", piece)
    return without, role, without != piece


def _pieces(text: str, known: Sequence[str]) -> Iterator[str]:
    """The pieces of a list: separated, put together again where the layout broke one, names of many levels whole."""
    waiting = ""
    for part in _apart(text, known):
        for piece in _conjoined(_joined(part, known), known):
            if waiting and _goes_on(waiting, piece):
                waiting += f"、{piece}"
            else:
                if waiting:
                    yield waiting
                waiting = piece
            if waiting and not _levels_alone.match(waiting.rpartition("、")[2]):
                yield waiting
                waiting = ""
    if waiting:
        yield waiting


def _goes_on(waiting: str, piece: str) -> bool:
    """Whether ``piece`` goes on with the name in ``waiting``: 各镇、街道办事处 is one, 各镇、区教育局 are two."""
    if not waiting.startswith(("各", "全")) or (_same_rank.search(waiting) and piece[0] in "县区旗"):
        return _level_word.match(piece) is not None
    more = _more_of_the_same.match(piece)
    return more is not None and not (more["county"] and _townships.search(waiting))


def _apart(text: str, known: Sequence[str]) -> Iterator[str]:
    """``text`` cut at every separator that stands outside of brackets, quotation marks and known names."""
    whole = sorted((name for name in known if _separators & set(name)), key=len, reverse=True)
    start = position = 0
    closing: list[str] = []
    while position < len(text):
        if name := next((name for name in whole if text.startswith(name, position)), None):
            position += len(name)
            continue
        char = text[position]
        if closing and char == closing[-1]:
            closing.pop()
        elif char in _pairs and _pairs[char] in text[position:]:
            closing.append(_pairs[char])
        elif not closing and (char in _separators or (char == "/" and _two_names(text, position))):
            yield text[start:position]
            start = position + 1
        position += 1
    yield text[start:]


def _two_names(text: str, position: int) -> bool:
    return bool(ends_whole.search(text[:position].rstrip())) and begins_unit(text[position + 1 :].lstrip())


def _joined(part: str, known: Sequence[str]) -> list[str]:
    """The names in a part that has only white space left: 市教育局 市财政局 are two, 市人力资源 社会保障局 is one."""
    names: list[str] = []
    for word in part.split():
        if names and not _separate(names[-1], word, known):
            names[-1] += word
        else:
            names.append(word)
    return [_space.sub("", name) for name in names]


def _separate(before: str, after: str, known: Sequence[str]) -> bool:
    """Whether white space between ``before`` and ``after`` parts two names."""
    if _numbering.match(after):
        return True
    if before.count("（") + before.count("(") > before.count("）") + before.count(")"):
        return False
    if before in known:
        return not any(name.startswith(before + after) for name in known)
    if _tail_of_government.match(after) or after[0] in "（(等)）":
        return False
    if _bare_body.match(before):
        return level_of(after) is not None or bool(COLLECTIVE.match(after))
    if not ends_whole.search(before):
        return False
    if begins_unit(after) or after in known:
        return True
    if len(after) >= _shortest_institution and ends_foreign.search(after):
        return True
    return len(after) >= _shortest_office and bool(ends_whole.search(after)) and not _part_of_an_office.search(after)


def _conjoined(names: list[str], known: Sequence[str]) -> Iterator[str]:
    """Names joined by 和 or 及, and such as lost what stood between them: 市教育局和市财政局, 市教育局市财政局."""
    for name in names:
        if name in known:
            yield name
            continue
        start = 0
        for word in _and.finditer(name):
            before, after = name[start : word.start()], name[word.end() :]
            if _depth(name, word.start()) == 0 and ends_whole.search(before) and _plainly_begins(after):
                yield before
                start = word.end()
        yield from _unbroken(name[start:])


def _depth(text: str, position: int) -> int:
    return sum((char in _pairs) - (char in _pairs.values()) for char in text[:position])


def _plainly_begins(after: str) -> bool:
    return level_of(after) is not None or bool(COLLECTIVE.match(after) or re.match(r"地方|团[市县区省]委", after))


def _unbroken(name: str) -> Iterator[str]:
    """市教育局市财政局 is two names: behind a whole name the same level begins again before an office."""
    level = level_of(name)
    start = 0
    if level and len(level) <= len("自治区"):
        for again in re.finditer(re.escape(level), name):
            before, after = name[start : again.start()], name[again.end() :]
            whole = ends_whole.search(before) and not _bare_body.fullmatch(before)
            if whole and office.match(after) and _depth(name, again.start()) == 0:
                yield before
                start = again.start()
    yield name[start:]
