"""The head of a plan: title, document number, issuer, date, region, period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..i18n import N_
from .blocks import Document, Doubt
from .lines import Line, source_lines, squeeze, text_lines
from .places import place_at_start, place_within
from .terms import period_of_text, period_of_title, year_of
from .title import HEAD, Title, find_title

_NUMBER = re.compile(r"(?P<number>[\u4e00-\u9fa5]{2,14}[〔\[（(［【﹝](?:19|20)\d\d年?[〕\]）)］】﹞](?:第)?\d{1,4}号)")
_NUMBER_LABEL = re.compile(r"^(?:发文字号|文号|发文号|文件编号|文件字号|公文字号|字号|文件号|发文文号)[:：]?")
_CHINESE_DAY = "[一二三四五六七八九十]{1,3}"
_DAY = re.compile(
    r"(?P<year>20\d\d|二[〇○零Ｏ][〇○零Ｏ一二三四五六七八九]{2})年"
    rf"(?:(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})|(?P<m>{_CHINESE_DAY})月(?P<d>{_CHINESE_DAY}))日"
)
_NUMERIC_DAY = re.compile(r"(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)")
_BODY = (
    r"[\u4e00-\u9fa5（）()·]{2,40}(?:人民政府|政府|办公室|办公厅|委员会|党委|[局委厅部院会组室处联办]|中心|公司|大学|学院|医院"
    r"|银行|分行|支队|总队|武装部)"
)
_BODIES = re.compile(rf"^{_BODY}(?:[、\s]+{_BODY})*$")
_SIGNED = re.compile(rf"^(?P<bodies>(?:{_BODY}[、\s]*)+?)?\s*[（(]?{_DAY.pattern}[）)]?$")
_DATE_LABEL = re.compile(
    r"(?:成文日期|成文时间|发文日期|发文时间|印发日期|签发日期|生成日期|形成日期)[:：\s]*(?P<rest>.+)"
)
_PRINTED = re.compile(rf"{_DAY.pattern}印发")
_PUBLISHED = re.compile(
    r"(?:发布日期|发布时间|公开日期|发布于|时间|日期)[:：\s]*(?P<rest>20.+)|^(?P<bare>20\d\d-\d\d?-\d\d?.*)$"
)
_ISSUER_LABEL = re.compile(
    r"(?:发文机关|发布机构|发文单位|制发机关|发布机关|发文机构|公开主体|制定机关)[:：\s]*(?P<name>[\u4e00-\u9fa5（）、]+)"
)
_SOURCE = re.compile(r"(?:信息来源|来源)[:：\s]*(?P<name>[\u4e00-\u9fa5]+(?:政府|办公室|[局委厅部会联]))")
_HEADER = re.compile(r"^(?P<name>[\u4e00-\u9fa5]{4,40})文件$")
UNTITLED = "（无标题）"
"""What stands for the title of a document that prints none, such as a bare sheet."""

_PLACE_PLAN = re.compile(r"《(?P<title>[^《》]{3,40}?国民经济和社会发展[^《》]*)》")


@dataclass(slots=True)
class FrontMatter:
    """What the head says; ``None`` where the document is silent.  ``period``: first and last year."""

    title: str
    title_line: int | None = None
    document_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    region: str | None = None
    period: tuple[int, int] | None = None
    doubts: list[Doubt] = field(default_factory=list)


def read_front(document: Document) -> FrontMatter:
    """The head of ``document``; a title that no line prints is named as missing in ``doubts``."""
    lines, printed = list(text_lines(document)), list(source_lines(document))
    title = find_title(printed, lines) or Title(UNTITLED, None, certain=False)
    signed, issued_on = _signature(printed)
    issuer = signed or _labelled(lines[:HEAD]) or title.issuer or _header(lines[:HEAD])
    front = FrontMatter(
        title.text,
        title.line,
        _number(printed[:HEAD]),
        issuer,
        issued_on or _day_said(lines),
        _region(title, issuer, lines),
        period_of_title(title.text) or period_of_text(line.text for line in lines),
    )
    front.doubts = list(_doubts(front, title))
    return front


def _doubts(front: FrontMatter, title: Title) -> Iterator[Doubt]:
    if title.text == UNTITLED:
        yield Doubt(None, N_("The document prints no title: enter the title of the plan."))
    elif not title.certain:
        yield Doubt(
            title.line,
            N_("No line stands as the title of the plan; “%(title)s” was taken from here. Check it."),
            {"title": title.text},
        )
    if front.region is None:
        yield Doubt(title.line, N_("The title names no place: say which region the plan belongs to."))
    if front.period is None:
        yield Doubt(title.line, N_("The document does not say for which years the plan is made: enter them."))


def _number(head: Sequence[Line]) -> str | None:
    """The document's own number: on a line of its own, behind a label or behind the notice's title.

    A number within a sentence is that of another document.
    """
    for line in head:
        for part in line.text.split("\t"):
            text = squeeze(part)
            if "。" in text or ("《" in text.partition("〔")[0] and "通知" not in text):
                continue
            for match in _NUMBER.finditer(text):
                before, behind = text[: match.start()], text[match.end() :]
                alone = not before and (not behind or behind.startswith(("签发", "（", "(")))
                if (
                    alone
                    or _NUMBER_LABEL.match(before)
                    or re.search(r"(?:通知|意见|文件|方案|规划|计划)[（(]?$", before)
                ):
                    return match["number"]
                if _NUMBER_LABEL.match(text):
                    return _NUMBER_LABEL.sub("", match["number"])
    return None


def _signature(lines: Sequence[Line]) -> tuple[str | None, date | None]:
    """Issuer and day of the first signature: bodies on lines of their own above a day, or before it on its line."""
    bare: date | None = None
    for place, line in enumerate(lines):
        if line.is_row or len(line.text) > 120:
            continue
        match = _SIGNED.match(" ".join(line.text.split())) or _SIGNED.match(squeeze(line.text))
        if match is None or (day := _as_day(match)) is None:
            continue
        bodies = _names(match["bodies"]) if match["bodies"] else _bodies_above(lines, place)
        if bodies:
            return "、".join(bodies), day
        bare = bare or day
    return None, bare


def _bodies_above(lines: Sequence[Line], place: int) -> list[str]:
    bodies: list[str] = []
    for line in reversed(lines[max(0, place - 12) : place]):
        text = line.text.strip()
        if line.is_row or not (_BODIES.match(text) or _BODIES.match(squeeze(text))):
            break
        bodies[:0] = _names(text)
    return bodies


def _names(text: str) -> list[str]:
    """The bodies of a signature; white space parts them only where each part is one (韶关市 人民政府 is one)."""
    parts = [part for part in re.split(r"[、\s]+", text.strip()) if part]
    whole = all(re.fullmatch(_BODY, part) and place_at_start(part) for part in parts)
    return parts if whole or "、" in text else [squeeze(text)]


def _labelled(head: Sequence[Line]) -> str | None:
    for pattern in (_ISSUER_LABEL, _SOURCE):
        for line in head:
            match = pattern.search(line.text)
            if match and match["name"] not in ("", "无"):
                return match["name"]
    return None


def _header(head: Sequence[Line]) -> str | None:
    for line in head[:10]:
        if match := _HEADER.match(squeeze(line.text)):
            return match["name"]
    return None


def _day_said(lines: Sequence[Line]) -> date | None:
    """The day behind a label: that of the text, else that of printing, else that of publication on the web."""
    head = lines[:HEAD]
    for pattern, among in ((_DATE_LABEL, head), (_PRINTED, lines), (_PUBLISHED, head)):
        for line in among:
            if match := pattern.search(line.text if pattern is not _PRINTED else squeeze(line.text)):
                found = _DAY.search(squeeze(match.group())) or _NUMERIC_DAY.search(match.group())
                if found and (day := _as_day(found)):
                    return day
    return None


def _as_day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    month = int(groups["month"]) if groups.get("month") else _chinese_number(groups.get("m") or "")
    day = int(groups["day"]) if groups.get("day") else _chinese_number(groups.get("d") or "")
    try:
        return date(year_of(groups["year"]), month, day)
    except ValueError:
        return None


def _chinese_number(digits: str) -> int:
    """A number up to 31 in Chinese digits."""
    tens, ten, ones = digits.rpartition("十")
    values = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
    return (values.get(tens, 1) * 10 if ten else 0) + values.get(ones, 0)


def _region(title: Title, issuer: str | None, lines: Sequence[Line]) -> str | None:
    """The place in the title, else the issuer's, else that of the outline plan the text rests on (the last named)."""
    found = place_at_start(title.text) or place_within(title.text)
    if found is None and issuer:
        found = place_at_start(issuer)
    if found is None:
        named = [m["title"] for line in lines[:HEAD] for m in _PLACE_PLAN.finditer(squeeze(line.text))]
        places = [place for name in named if (place := place_at_start(name))]
        found = places[-1] if places else None
    return found
