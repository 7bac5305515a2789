"""The title of the plan itself: not that of the notice which issues it, nor the furniture of a web page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from .lines import Line, squeeze
from .places import place_at_start
from .terms import period_of_title

PLAN_WORDS = (
    r"(?:规划|计划|方案|要点|纲要|意见|措施|行动|决定|办法|细则|清单|台账|安排|工程|分工|任务|目标|责任书|一览表"
    r"|(?:分工|任务|责任|分解|分配|安排|工作|项目|明细|推进|目标|事项)表|政策|对策|路线图|任务书|部署|十条|条)"
)
_TAIL = r"(?:[（(〔\[][^（()）]{1,30}[）)〕\]])*"
_PLAN_TITLE = re.compile(rf"^.{{4,}}{PLAN_WORDS}[》〉>]?{_TAIL}$")
_ISSUING = r"(?:印发|发布|下发|公布|颁布|颁发|转发|批转|下达)"
_NOTICE = re.compile(
    rf"^(?P<issuer>[^，。；：]*?)(?:关于)?{_ISSUING}(?P<title>.+)的(?:通知|公告|通告|函)(?P<tail>{_TAIL})$"
)
_BODY = r"(?:政府|办公室|办公厅|[局委厅部院会组室处联办团]|中心|公司|大学|学院|学校|医院|银行|关|支队|大队|所|站)"
_ISSUERS = re.compile(
    rf"^(?:标题|名称|文件名称|公文名称)?[:：]?(?P<name>(?:[\u4e00-\u9fa5、（）()·\s]{{2,80}}{_BODY})?)$"
)
_BRACKETS = re.compile(r"^[（(【\[〔][^（()）]{2,30}[）)】\]〕]$")
_DIVIDES = re.compile(r"^.{0,12}(?:任务|责任|职责|工作|目标).{0,4}(?:分工|分解|清单|表|方案|台账)(?:表|方案|意见)?$")
_MARK = re.compile(r"稿|试行|暂行|版|20\d\d|十.五|二[〇○零]")
_LABELLED = re.compile(r"^(?:标题|名称|文件名称|信息名称|公文名称|文件标题)[:：\t ]\s*(?P<title>.+)$")
_FURNITURE = re.compile(
    r"当前位置|首页|索引号|主题分类|发布机构|发布日期|发布时间|成文日期|生成日期|来源|浏览|点击|字体|字号|打印|收藏|分享"
    r"|无障碍|长者|微信|微博|扫一扫|登录|注册|导航|关闭|目录$|^目\s*录|^\d+$|文件$|^[（(].*\d月.*[）)]$|[〔\[（(［]20\d\d[〕\]）)］]\s*第?\d+\s*号$|[>›»|｜]|https?:|www\.|电话|邮编|^第?\d+页"
)
_CONTENTS = re.compile(r"(?:\t|…|\.{3,}|·{3,}|\s{2,})\s*-?\d+-?$")
_SENTENCE = re.compile(r"[。；，！？]|[,;]\s*[\u4e00-\u9fa5]")
_SECTION = re.compile(
    r"^(?:第[一二三四五六七八九十\d]+[章节篇部条]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、])"
)
_ENCLOSURE = re.compile(r"^附(?:件|表|录)?\s*[\d一二三四五六七八九十]*\s*[:：.、]?\s*(?=\S)")
_ENCLOSED = re.compile(r"^附(?:件|表)\s*\d*\s*[:：]")
_QUOTED_ISSUE = re.compile(
    r"现将《(?P<a>.+?)》(?:（[^）]*）)?(?:[^。；]{0,24})(?:印发|下发|发|转发)|^《(?P<b>.+?)》已.{0,60}现"
)
HEAD = 150
"""Lines from the top among which the title is looked for."""


@dataclass(frozen=True, slots=True)
class Title:
    """``line`` is where the title stands, None where another text names it; ``issuer`` as the notice's title says.

    ``certain`` is False where no line stands as a title and one was made from a caption or the first line.
    """

    text: str
    line: int | None
    issuer: str | None = None
    certain: bool = True


def find_title(printed: Sequence[Line], lines: Sequence[Line]) -> Title | None:
    """The plan's title; None where nothing could be one.

    ``printed`` are the lines as they stand, ``lines`` those that the reader put together; both of the whole document.
    """
    head = printed[:HEAD]
    quoted = _quoted(lines[:HEAD])
    if notice := _notice(head):
        issuer, inner, after = notice
        own = _own_title(head[after:], inner) or (_own_title(head[after:], quoted) if quoted else None)
        return Title(own.text if own else inner, own.line if own else head[after - 1].line, issuer)
    if own := _standing(head, quoted):
        return _without_part(own, head)
    if quoted:
        return Title(quoted, None)
    return _from_caption(head, lines) or _first_line(head)


def _without_part(title: Title, head: Sequence[Line]) -> Title:
    """A title that comes again with another word in brackets (a sheet for each part) is the title without them."""
    match = re.match(r"^(?P<base>.+?)[（(](?P<part>[^（()）]+)[）)]$", title.text)
    if match is None or _MARK.search(match["part"]):
        return title
    start = match["base"]
    again = {squeeze(line.text) for line in head if squeeze(line.text).startswith(start)} - {title.text}
    return Title(start, title.line) if any(_BRACKETS.match(other.removeprefix(start)) for other in again) else title


def _notice(head: Sequence[Line]) -> tuple[str | None, str, int] | None:
    """Issuer, the title within, and the index behind the title of a notice 关于印发…的通知, over lines or not."""
    for start in range(len(head)):
        for end in range(start + 1, min(start + 8, len(head)) + 1):
            part = head[end - 1].text
            if len(part) > 120 or "。" in part or (_FURNITURE.search(part) and not _LABELLED.match(part)):
                break
            match = _NOTICE.match(squeeze("".join(line.text for line in head[start:end])))
            if match and (issuers := _ISSUERS.match(match["issuer"])):
                return issuers["name"] or None, _unwrap(match["title"]), end
    return None


def _own_title(rest: Sequence[Line], inner: str) -> Title | None:
    """Where the plan's own title stands behind its notice; as printed there, a bracket of years or 试行 with it."""
    near: Title | None = None
    for start, line in enumerate(rest):
        joined = ""
        for end in range(start + 1, min(start + 6, len(rest)) + 1):
            part = rest[end - 1].text
            if len(part) > 80 or _SENTENCE.search(part) or (not joined and _BRACKETS.match(squeeze(part))):
                break
            joined += squeeze(part)
            found = Title(_ENCLOSURE.sub("", _unwrap(joined)) + _bracket_below(rest[end:], joined), line.line)
            if _bare(joined) == _bare(inner):
                return found
            if near is None and _PLAN_TITLE.match(joined) and _alike(joined, inner):
                near = found
    return near


def _standing(head: Sequence[Line], quoted: str | None) -> Title | None:
    """The best run of lines near the top that reads as the title of a plan."""
    if quoted and (own := _own_title(head, quoted)):
        return own
    best: tuple[int, Title] | None = None
    for start, first in enumerate(head):
        if len(first.text) > 200 or _opens_text(first.text):
            break
        joined, previous = "", first
        for end in range(start + 1, min(start + 5, len(head)) + 1):
            line = head[end - 1]
            if (
                _is_no_title(line.text)
                or ((start > 1 or end > start + 1) and _ENCLOSED.match(line.text))
                or line.level != first.level
                or line.is_row != first.is_row
            ):
                break
            joined, previous = joined + squeeze(line.text), line
            worth = _worth(joined, previous) - start // 12 + (1 if end > start + 1 and _DIVIDES.match(line.text) else 0)
            if worth > 0 and (best is None or worth > best[0]):
                text = _ENCLOSURE.sub("", _unwrap(_label_off(joined)))
                best = worth, Title(text + _bracket_below(head[end:], joined), first.line)
    return best[1] if best else None


def _worth(joined: str, line: Line) -> int:
    """How much a run of lines looks like a title; 0 if not at all."""
    joined = _ENCLOSURE.sub("", _label_off(joined))
    if not _PLAN_TITLE.match(joined) or len(joined) > 90 or _SECTION.match(joined):
        return 0
    return (
        1
        + (3 if line.level == 1 else 0)
        + (3 if place_at_start(_unwrap(joined)) else 0)
        + (3 if period_of_title(joined) else 0)
        + (1 if len(joined) >= 10 else -1)
    )


def _quoted(head: Sequence[Line]) -> str | None:
    """The title that a notice without a heading of its own prints: 现将《…》印发给你们."""
    for line in head:
        if match := _QUOTED_ISSUE.search(squeeze(line.text)):
            return match["a"] or match["b"]
    return None


def _from_caption(head: Sequence[Line], lines: Sequence[Line]) -> Title | None:
    """The title within the caption of a table (同心县“十四五”…规划主要指标), where the document itself prints none."""
    mark = next((squeeze(line.text) for line in head[:3] if _BRACKETS.match(squeeze(line.text))), "")
    for line in lines:
        text = re.sub(r"^(?:专栏|表)\s*[\d一二三四五六七八九十]*\s*[:：.、]?\s*", "", line.text)
        match = re.match(
            r"^[《]?(.{6,50}?(?:规划|计划|方案|纲要))[》]?(?:主要|核心|重点|发展|预期)*(?:指标|任务)", squeeze(text)
        )
        if match and place_at_start(match[1]) and len(text) <= 70:
            return Title(match[1] + mark, line.line, certain=False)
    return None


def _first_line(head: Sequence[Line]) -> Title | None:
    for line in head:
        if "\t" not in line.text and not _is_no_title(line.text) and len(line.text) <= 90:
            return Title(squeeze(line.text), line.line, certain=False)
    return None


def _bracket_below(rest: Sequence[Line], joined: str) -> str:
    """（2021—2025年） or （试行） on the line below a title, which belongs to it."""
    text = squeeze(rest[0].text) if rest else ""
    is_part = _BRACKETS.match(text) and _MARK.search(text) and not re.search(r"\d月|日[）)]$", text)
    return text if is_part and text not in joined else ""


def _opens_text(text: str) -> bool:
    return bool(_SENTENCE.search(text)) and len(text) > 60


def _is_no_title(text: str) -> bool:
    return bool(
        (_FURNITURE.search(text) and not _LABELLED.match(text)) or _CONTENTS.search(text) or _SENTENCE.search(text)
    )


def _label_off(text: str) -> str:
    match = _LABELLED.match(text)
    return match["title"] if match else text


def _unwrap(title: str) -> str:
    """``title`` without the marks 《》 around the whole of it."""
    pairs = {"《": "》", "<": ">", "〈": "〉", "＜": "＞"}
    if title[:1] not in pairs:
        return title
    opening, closing = title[0], pairs[title[0]]
    depth = 0
    for place, letter in enumerate(title):
        depth += (letter == opening) - (letter == closing)
        if depth == 0:
            tail = title[place + 1 :]
            return title[1:place] + tail if not tail or _BRACKETS.match(tail) else title
    return title


def _alike(joined: str, inner: str) -> bool:
    """Whether two titles are one: nearly the same letters, or one has a bracket of years that the other leaves out."""
    first, second = (re.sub(r"[（(][^（()）]*[）)]", "", title) for title in (joined, inner))
    return fuzz.ratio(_bare(joined), _bare(inner)) >= 85 or _bare(first) == _bare(second)


def _bare(title: str) -> str:
    """``title`` for comparing: without marks, quotes and brackets."""
    return re.sub(r"[《》〈〉<>“”\"‘’'（）()\[\]〔〕\s—－-]", "", title)
