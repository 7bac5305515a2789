"""The figures of indicators: what is to be reached, how it is compared, in which unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lines import squeeze

_WIDTHS = str.maketrans("＞＜％．，０１２３４５６７８９", "><%.,0123456789")
_ABSENT = re.compile(r"^(?:[-—－–─―/／\\*]+|无|空|/|N/?A|未设置|不设|暂无)?$", re.IGNORECASE)
_NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
_UNIT_WORD = (
    r"%|‰|个百分点|[十百千万亿]*(?:标准|吨|公|平方|立方|人均)?(?:人次|人年|人|户次|户|名|个|所|家|件|册|本|项|次|元|吨|亩|公顷|公里|千米|米|平方米"
    r"|平方公里|立方米|张|床|台|套|辆|座|处|支|场|天|小时|分钟|岁|分|位|倍|篇|条|门|株|头|只|微克/立方米|毫克/升|千瓦时|千瓦|兆瓦|标准煤)"
)
_UNIT = re.compile(
    rf"(?:{_UNIT_WORD})(?:/.{{1,8}})?|(?:每)?1?[/／][十百千万亿\d]+|[\u4e00-\u9fa5%]{{1,6}}/[\u4e00-\u9fa5\d·]{{1,10}}"
)
_SIGNS = {
    ">": ">",
    "≥": ">=",
    "⩾": ">=",
    "≧": ">=",
    ">=": ">=",
    "<": "<",
    "≤": "<=",
    "⩽": "<=",
    "≦": "<=",
    "<=": "<=",
    "=": "=",
}
# Words before a figure, the longer first, and what they ask for; None leaves the question to the sign behind them.
_BEFORE = (
    (re.compile(r"^(?:>=|<=|[>≥⩾≧<≤⩽≦=])"), None),
    (re.compile(r"^(?:不超过|不高于|不大于|不多于|控制在|降至|下降到|降低到|降到|减少到|压减到|限制在)"), "<="),
    (re.compile(r"^(?:低于|小于|少于)"), "<"),
    (re.compile(r"^(?:超过|高于|大于|多于|突破)"), ">"),
    (
        re.compile(
            r"^(?:不低于|不少于|不小于|至少|力争达到|力争|基本达到|达到|达|提高到|提高至|提升到|提升至|增加到|增加至|增长到|增至"
            r"|保持在|保持|稳定在|累计达到|累计|每年|年均增长|年均|增长|新增|约|为|完成|实现|到)"
        ),
        ">=",
    ),
)
_BEHIND = ((re.compile(r"(?:以上|及以上|起|左右|上下)$"), ">="), (re.compile(r"(?:以内|以下|及以下|之内)$"), "<="))
_CUMULATIVE = re.compile(
    r"[\[〔【（(](?:(?:五|三|\d)年)?(?:累计|累计值|累计数|合计|新增|年均)[\]〕】）)]|^(?:五年|三年)累计"
)
_BOXED = re.compile(rf"[\[〔【]({_NUMBER})[\]〕】]")
_FALLING = re.compile(
    r"死亡率|失业率|发生率|发病率|患病率|检出率|感染率|事故|流失率|漏损率|空置率|犯罪|贫困率|肥胖率|吸烟率|能耗强度|负债率|浓度"
)
_FALL = re.compile(r"降低|下降|减少|降幅")
_FOLLOWING = re.compile(r"同步|相当|持平|一致")


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure taken apart; ``text`` is the figure alone, or the words where no figure stands out."""

    text: str
    comparator: str | None
    unit: str | None
    is_bare: bool = False


def is_absent(printed: str) -> bool:
    """Whether a cell says that there is no figure (—, /)."""
    return bool(_ABSENT.match(squeeze(printed)))


def name_and_unit(printed: str) -> tuple[str, str | None]:
    """An indicator's name without its number, and the unit in brackets behind it: 参保率（%）."""
    name = re.sub(r"^(?:[（(]\d{1,2}[）)]|\d{1,2}\s*[.．、](?!\d)|[①-⑳])\s*", "", squeeze(printed))
    name = re.sub(r"(?:\[\d{1,2}\]|[①-⑳*＊])+$", "", _CUMULATIVE.sub("", name))
    bracket = re.match(r"^(.+?)[（(\[〔]([^（()）\[\]〔〕]+)[）)\]〕]$", name)
    if bracket and (unit := as_unit(bracket[2])):
        return bracket[1], unit
    return name, None


def as_unit(printed: str) -> str | None:
    """``printed`` as a unit of measure, None where it is none."""
    text = squeeze(printed).translate(_WIDTHS).removeprefix("单位").lstrip(":：")
    text = {"百分比": "%", "百分数": "%", "％": "%"}.get(text, text)
    return text if _UNIT.fullmatch(text) else None


def read_figure(printed: str) -> Figure | None:
    """A cell of figures taken apart; None where it says that there is none.

    超过 and 高于 are ``>``, 达到, 不低于 and 以上 ``>=``; a figure without any word leaves ``comparator`` to
    :func:`compare`.
    """
    if is_absent(printed):
        return None
    text = squeeze(printed).translate(_WIDTHS)
    plain = _CUMULATIVE.sub("", _BOXED.sub(r"\1", text)) or text
    comparator, plain = _words_off(plain)
    match = re.fullmatch(rf"({_NUMBER}(?:[-—~～至]+{_NUMBER})?)(.*)", plain)
    unit = as_unit(match[2]) if match and match[2] else None
    if not match or (match[2] and unit is None):
        return Figure(text, "in_step_with" if _FOLLOWING.search(text) else None, None)
    return Figure(match[1], comparator, unit, is_bare=comparator is None)


def _words_off(text: str) -> tuple[str | None, str]:
    """The comparison that words before and behind a figure make, and the figure without them."""
    comparator: str | None = None
    found = True
    while found:
        found = False
        for pattern, meaning in _BEFORE:
            match = pattern.match(text)
            if match and len(match.group()) < len(text):
                comparator = comparator if comparator not in (None, ">=") else meaning or _SIGNS[match.group()]
                text, found = text[match.end() :], True
    for pattern, meaning in _BEHIND:
        if match := pattern.search(text):
            comparator, text = comparator if comparator not in (None, ">=") else meaning, text[: match.start()]
    return comparator, text


def compare(figure: Figure, name: str, unit: str | None, baseline: str | None) -> str | None:
    """How a figure without a word is meant: 100 % exactly, what is to fall at most, anything else at least."""
    if not figure.is_bare:
        return figure.comparator
    if (figure.text, unit) == ("100", "%"):
        return "="
    before = re.search(_NUMBER, baseline or "")
    after = re.match(_NUMBER, figure.text)
    falls = before and after and _value(after.group()) < _value(before.group())
    return "<=" if falls and _FALLING.search(name) and not _FALL.search(name) else ">="


def _value(number: str) -> float:
    return float(number.replace(",", ""))
