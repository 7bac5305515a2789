"""Numbers that a task's text states as to be reached: 覆盖率高于85%, 至少建立一个, 完成改造2000户.

The comparators and the rule for each word are those of seed_tasks/README.md.  An age, a year, an ordinal or a threshold
in a condition (招收5人以上残疾学生的学校) is none.
"""

from __future__ import annotations

import re
import unicodedata

from .draft import DraftTarget

_number = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})"
_counted = (
    "个百分点|张床位|个|户|名|人次|人|所|家|处|座|套|件|张|台|辆次|辆|条|块|场次|场|期|项|类|支|批次|篇|部|册|幅|组|间|栋|幢|只|头|株|"
    "棵|盏|公顷|公里|千米|平方公里|平方千米|平方米|立方米|米|亩|吨标准煤|吨|千克|公斤|升|千瓦时|千瓦|兆瓦|元|床|次|门|艘|片|"
    "村|例|份|班"
)
_unit = rf"(?P<unit>%|‰|[万亿千百]?(?:{_counted})|[万亿](?![\d年]))"
_made = (
    "完成|改造|新建|扩建|建设|建成|建有|建立|建(?=\\d)|培训|培育|培养|打造|创建|新增|设立|设有|开展|举办|配备|配置|安置|扶持|实施|"
    "引进|认定|选树|评选|推出|制定|修订|创作|种植|造林|治理|修复|整治|布局|布设|拥有|招募|招聘|惠及|资助|救助"
)
_stated = re.compile(
    r"(?:(?P<more>(?<!不)(?:超过|超|高于|大于|多于|突破))"
    r"|(?P<few>(?:至少|不少于|不得少于)[一-鿿]{0,5}?)"
    r"|(?P<least>不低于|不小于|不得低于|达到|达至|达|(?:提高|提升|增加|增长|扩大|上升)[到至]|增至|升至|(?:保持|稳定|维持|巩固)在|"
    r"增长|保持|(?:率|比例|比重|占比|覆盖面|满意度)为?)"
    r"|(?P<most>不超过|不高于|不大于|不多于|控制在|降至|(?:降低|下降|压减|减少)[到至])"
    r"|(?P<less>(?<!不)(?<!不得)(?:低于|少于|小于))"
    r"|(?P<each>每(?:个|所|家)?[一-鿿()、]{1,8}?(?:建有|建成|建设|设有|设立|拥有|配备|有))"
    rf"|(?P<made>(?:{_made})[^，。；、,;:：\d“”]{{0,14}}?))?"
    rf"(?:约|近)?(?<![\d.第—~～\-])(?<!\d至){_number}{_unit}(?P<behind>以上|及以上|以内|以下|之内)?"
)
_more_of_them = re.compile(rf"(?:、|和|及|，|,){_number}{_unit}(?P<behind>以上|及以上|以内|以下)?")
_condition = re.compile(r"的(?!目标|要求|水平|标准|比例|任务|[^，。；]{0,8}(?:达标|目标))")
_measured = re.compile(r"率|比例|比重|占比|覆盖面|满意度|保持$")
_comparators = {"more": ">", "few": ">=", "least": ">=", "most": "<=", "less": "<", "each": ">=", "made": ">="}
_quoted = re.compile(r"《[^》]*》|“[^”]*”|〔[^〕]*〕")
_figures = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}


def read_targets(text: str) -> list[DraftTarget]:
    """The targets that ``text`` states, in its order; the unit as printed (%, 户, 万人次)."""
    plain = _quoted.sub("“”", re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    found: list[DraftTarget] = []
    position = 0
    while match := _stated.search(plain, position):
        position = match.end()
        comparator = _comparator(match, plain[position:])
        if comparator is None:
            continue
        found.append(_target(comparator, match))
        if "分别" in plain[max(0, match.start() - 12) : match.start("number")]:
            while more := _more_of_them.match(plain, position):
                found.append(_target(comparator, more))
                position = more.end()
    return found


def _comparator(match: re.Match[str], after: str) -> str | None:
    """How a measured value has to stand to the number; None where the number is no target."""
    behind = match["behind"] or ""
    words = next((name for name in _comparators if match[name] is not None), None)
    if not match["number"][0].isdigit() and words not in ("few", "each"):
        return None
    if _condition.match(after) and not behind:
        return None
    if behind in ("以内", "以下", "之内"):
        return "<=" if words or match["unit"] == "%" else None
    if match["unit"] == "%" and match["number"] == "100" and not behind and not _worded(match):
        return "="
    if words is None:
        return ">=" if behind and match["unit"] == "%" else None
    return _comparators[words]


def _worded(match: re.Match[str]) -> bool:
    """Whether a word of comparison stands before the number, and not only what is measured (覆盖率100%)."""
    return any(match[name] for name in ("more", "few", "most", "less")) or (
        match["least"] is not None and not _measured.match(match["least"])
    )


def _target(comparator: str, match: re.Match[str]) -> DraftTarget:
    return DraftTarget(comparator, _value(match["number"]), match["unit"])


def _value(printed: str) -> int | float:
    """``printed`` as a number: 2,000, 4.5, 十五."""
    if printed[0].isdigit():
        value = float(printed.replace(",", ""))
        return int(value) if value.is_integer() else value
    tens, ten, ones = printed.rpartition("十")
    return (_figures.get(tens, 1) * 10 if ten else 0) + _figures.get(ones, 0)
