"""What a plan says about its own evaluation, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Document, Heading, Paragraph
from .draft import DraftClause
from .lines import squeeze

_PLAN = re.compile(
    r"(?:规划|计划|方案|纲要|意见|要点|清单|行动|《[^》]+》)(?:》|）|”)?(?:的|及|和|年度|主要|重点|各项|全面|有效|顺利)*"
    r"(?:实施|执行|落实|贯彻|推进|完成|进展|目标|任务|指标|评估|评价|监测|考核)"
)
_ABOUT = re.compile(r"评估|监测|考核|督查|督导|督办|监督|总结|检查|评价|跟踪|问效|绩效")
_JUDGED = re.compile(r"评估|监测|考核|总结|评价|检查|跟踪|督查|验收|分析|公开|公布|表扬|表彰|满意度")
_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十\d]+[章节条]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．])\s*")
_PAST = re.compile(r"以来|荣获|获得|获评|先后|取得了|成效显著|圆满完成|全面完成了")
# A kind and the words that speak of it; of two kinds in a sentence the one named first stands first.
_KINDS = (
    (
        "annual",
        re.compile(
            r"年度(?:实施|执行|落实|任务|进展|跟踪|自我)*(?:情况)?(?:的)?(?:监测|评估|考核|总结|检查|督查|评价|自评|分析|绩效|报告)"
            r"|每年(?:度|底|末)?[^。；]{0,30}?(?:评估|监测|考核|总结|督查|检查|评价|报告)|(?:分年度|逐年)[^。；]{0,12}(?:评估|监测|考核)"
            r"|(?<!\d)年[终底][^。；]{0,12}?(?:考核|评估|总结)"
        ),
    ),
    ("mid_term", re.compile(r"中期(?!预算|财政|规划)|实施中途|期中")),
    (
        "end_of_term",
        re.compile(
            r"期末|终期|末期|期满|总结(?:性)?评估|终结(?:性)?评估|收官|总评估|总体评估|期终"
            r"|总结评价"
        ),
    ),
    ("monitoring", re.compile(r"(?<!年度)监测(?!站|网络)|跟踪|动态评估|过程评估|动态评价")),
    ("third_party", re.compile(r"第三方")),
    ("survey", re.compile(r"满意度|问卷调查|民意调查|社情民意")),
    ("commendation", re.compile(r"表扬|表彰|奖励")),
    (
        "disclosure",
        re.compile(
            r"信息公开|政务公开|公开[^，。；]{0,10}(?:信息|结果|情况|进展|报告)|向社会(?:公布|公开|发布|通报)"
            r"|公布[^，。；]{0,10}(?:结果|情况|进展|报告)|社会公布"
        ),
    ),
)


def read_clauses(document: Document) -> list[DraftClause]:
    """What running text says of evaluating the plan.

    A sentence that names the carrying out of the plan counts, and what follows it in its paragraph; under a heading
    about evaluation every sentence does.
    """
    found: list[DraftClause] = []
    for sentences, is_section in _paragraphs(document):
        related = False
        for sentence in sentences:
            related = related or bool(_PLAN.search(sentence) and _ABOUT.search(sentence))
            if not (related or is_section) or _PAST.search(sentence):
                continue
            for clause in _clauses(sentence):
                if clause not in found:
                    found.append(clause)
    return found


def _clauses(sentence: str) -> Iterator[DraftClause]:
    if not _JUDGED.search(sentence):
        return
    places = [(match.start(), kind) for kind, words in _KINDS if (match := words.search(sentence))]
    for _, kind in sorted(places):
        yield DraftClause(kind, sentence)


def _paragraphs(document: Document) -> Iterator[tuple[list[str], bool]]:
    """The sentences of each paragraph, a heading left out; and whether a heading above says that this is evaluation.

    A paragraph that a page break cut, so that it ends without a full stop, is put together with the next one.
    """
    is_section = False
    waiting = ""
    for block in document.blocks:
        if not isinstance(block, (Heading, Paragraph)):
            waiting = ""
            continue
        text = squeeze(block.text)
        if isinstance(block, Heading) or (len(text) <= 30 and not text.endswith(("。", "；", "，", "、", ","))):
            is_section, waiting = _is_evaluation(text), ""
            continue
        if len(text) >= 12 and text.endswith(("，", "、", ",")):
            waiting += text
            continue
        sentences = re.findall(r"[^。！？]+[。！？]?", waiting + text)
        waiting = ""
        opening = _NUMBER.match(sentences[0]) if sentences else None  # a line may hold nothing but a full stop
        if opening and len(sentences[0]) <= 30:
            is_section = _is_evaluation(sentences.pop(0))
        yield sentences, is_section


def _is_evaluation(heading: str) -> bool:
    """Whether a heading opens the section on evaluating the plan: 加强监测评估, 开展评估总结, 强化督查考核."""
    text = _NUMBER.sub("", heading).rstrip("。")
    words = re.findall(r"监测|评估|考核|督查|督导|督办|监督|总结|检查|评价|跟踪", text)
    is_general = re.fullmatch(
        r"(?:加强|强化|严格|开展|做好|健全|建立|完善|实施|抓好|狠抓|规划|计划|方案|任务|落实|组织|注重|突出|工作|情况|与|和|及|监测|评估|考核|督查"
        r"|督导|督办|监督|总结|检查|评价|跟踪|问效|绩效|激励|奖惩|机制|动态|制度|体系|过程|过程性|管理|问责|通报|执行|推进|责任|、|的|调度|宣传)+",
        text,
    )
    return bool(words and is_general)
