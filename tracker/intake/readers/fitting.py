"""Which column a cell may stand in, judged by what it says; for tables that lost their layout.

Scores are weights of evidence, added up: above zero speaks for a column, below against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .vocabulary import Column

NUMBER = re.compile(r"[（(]?\s*(\d{1,4})\s*[）)]?[.．、]?")
LEADING = re.compile(r"(\d{1,3})[.．、](?!\d)")
CHINESE_NUMBER = re.compile(r"[（(]?([一二三四五六七八九十]{1,3})[）)]?[、.]?")
_NOTHING = re.compile(r"无|[—\-–/／\s]+|/")
_UNIT = re.compile(
    r".*(?:局|委|委员会|办|办公室|厅|院|会|联|部|政府|机关|中心|公司|集团|行|大学|学院|学校|医院|站|所|队|单位|部门|处|科|科室"
    r"|街道|乡镇|镇|乡|县|区|市|组|社|台|馆|网|移动|电信|联通|铁塔|商|税务|海关|团市委|团县委|专班|园|场|厂|企业|机构|军分区)"
    r"(?:（[^（）]*）|\([^()]*\))?等?"
)
# What a task begins with and the name of a unit does not (建设局, 建设银行 apart).
_VERB = re.compile(
    r"(?:建成|建立|建设(?!局|银行|厅|部|集团|和|委)|新建|组建|推[进动广行]|完善|加[强快大]|开展|实施|落实|深[化入]|健全|提[升高]|打造|优化|强化|支持|鼓励"
    r"|促进|培[育养]|制[定订]|编制|修[订复]|扩大|创[建新]|构建|改[造建扩善]|规范|做[好实]|设[立置]|引[导进]|整合|统筹|巩固|拓展|探索|确保|全面|积极|持续|着力|大力"
    r"|进一步|办好|抓好|严[格守厉禁]|增[强加设]|防[范控]|依法|更[新换]|举[办行]|购置|配[备齐]|治理|整治|清理|排查|筹[备建]|出台|印发|搭建"
    r"|启动|化解|补齐|保[障护](?!局|中心)|维护|实现|完成|扩建|选[派树]|培训(?!中心|学校)|普及|发展(?!和?改革)|预防|安排|做)(?=.{3})"
)
_OFFICE = re.compile(r"[一-鿿]{3,7}[处局科委]")
_TIME = re.compile(
    r"(?:\d{4}|\d{1,2})\s*年|\d{1,2}\s*月|年[底末初]|[前底]$|长期|持续|每[年月季]|全年|常年|常态|季度|规划期|适时|立即|即时|20\d\d"
)
_VALUE = re.compile(
    r"(?:[<>≥≤＞＜≧≦=约达超过不低于高少至左右]|以上|以内)*\s*[\d.,，]+\s*(?:[%％‰]|[万亿]?[人次户个张件所家名元]?)\s*(?:以上|左右|以内)?"
)
_PROSE_VALUE = re.compile(r"同步|提高|提升|完成|下降|增长|达标|上级|持续|基本|稳定|逐步|优于|控制")
_KIND = re.compile(r"\s*(?:预\s*期|约\s*束|指\s*导|引\s*导)?\s*性|期\s*性|束\s*性|预期|约束")
_MEASURE = re.compile(
    r"[%％‰]|[万亿千百]*(?:人次?|户|个|张|件|所|家|元|名|次|处|岁|平方米|公里|套|床|吨|天|项|支|部|万|亿|年|/|每|．|\.)+(?:[/／].{1,4})?"
)
_OFFICE_HOLDER = re.compile(
    r"[一-鿿]{0,10}(?:书记|[省市县区州镇乡局厅处科校院]长|常委|委员|主任|主席|部长|秘书长|领导|同志|总经理|董事长)(?:[（(][^（()）]*[）)])?"
)
_PARTS = re.compile(r"[、，,；;\s/／]+(?![^（(]*[）)])")


_LONGEST = 3_000
"""Characters above which no cell is a list of units."""


@lru_cache(maxsize=4096)
def unit_share(text: str) -> float:
    """How much of ``text`` reads as a list of units, from 0 to 1."""
    if len(text) > _LONGEST:
        return 0.0
    parts = [part for part in _PARTS.split(text.strip("。；; ")) if part]
    if not parts or "。" in text.strip("。"):
        return 0.0
    good = sum(
        len(part) <= 18 and bool(_UNIT.fullmatch(_led(part))) and not _is_deed(part) and not re.search(r"\d", part)
        for part in parts
    )
    return good / len(parts)


def _is_deed(text: str) -> bool:
    """Whether ``text`` begins as what is to be done does; an office may be called so too (发展规划处)."""
    return bool(_VERB.match(text)) and not _OFFICE.fullmatch(text)


def _led(part: str) -> str:
    return re.sub(r"^(?:牵头|配合|责任|负责)(?:单位)?[:：]|(?:牵头|配合|负责|参与|分别负责)$|按职责分工负责$", "", part)


def is_halved(above: str, below: str) -> bool:
    """Whether a line break cut the name of a unit in two: neither half is one, or the upper is none, the whole is."""
    last = re.split(r"[、，,;；\n]", above)[-1]
    whole = f"{last}{below}"
    return bool(last) and unit_share(last) < 1.0 and unit_share(whole) == 1.0 and below[0] not in "市县区省各团州盟"


@lru_cache(maxsize=65536)
def evidence(text: str, kind: Column) -> float:
    """How well a cell that says ``text`` stands in a column of ``kind``."""
    text = text.strip()
    if not text:
        return -1.0 if kind in (Column.NUMBER, Column.TEXT, Column.NAME) else 0.0
    return _JUDGES[kind](text)


def _number(text: str) -> float:
    if NUMBER.fullmatch(text):
        return 1.5
    return 1.0 if CHINESE_NUMBER.fullmatch(text) else -8.0


def _text(text: str) -> float:
    if NUMBER.fullmatch(text) or _KIND.fullmatch(text) or _NOTHING.fullmatch(text):
        return -5.0
    score = 0.5 if len(text) >= 8 else 0.0 if len(text) >= 4 else -1.0
    score += 1.5 if len(text) >= 14 else 0.0
    score += 1.0 if text[-1] in "。；" else 0.0
    share = unit_share(text)
    if share > 0.6 and text[-1] not in "。；":
        score -= 4.0 * share
    if len(text) <= 16 and _TIME.search(text) and not re.search(r"[，。；]", text):
        score -= 3.0
    return score


def _units(text: str) -> float:
    if _NOTHING.fullmatch(text):
        return 1.0
    if NUMBER.fullmatch(text) or _VALUE.fullmatch(text) or _KIND.fullmatch(text):
        return -5.0
    if _is_deed(text):
        return -4.0
    share = unit_share(text)
    if share == 1.0:
        return 3.0
    if text.endswith("。"):
        return -4.0
    if share >= 0.5:
        return 1.5 if len(text) < 200 else 0.0
    if "。" in text or (len(text) > 30 and share < 0.3):
        return -4.0
    if _TIME.search(text) and len(text) <= 16:
        return -3.0
    return -0.3 if len(text) <= 14 else -2.0


def _person(text: str) -> float:
    parts = [part for part in _PARTS.split(text) if part]
    if parts and all(_OFFICE_HOLDER.fullmatch(part) for part in parts):
        return 2.5
    names = all(2 <= len(part) <= 4 for part in parts)
    return 1.0 if names and unit_share(text) < 0.5 else -0.5 if len(text) <= 14 else -3.0


def _time(text: str) -> float:
    if _TIME.search(text) and len(text) <= 30:
        return 3.0
    return 0.3 if _NOTHING.fullmatch(text) else -4.0


def _remark(text: str) -> float:
    if NUMBER.fullmatch(text):
        return -4.0
    return 0.5 if re.match(r"[（(]|新增|见|注|含|由|按|另", text) else -0.3 if len(text) <= 6 else -0.8


def _name(text: str) -> float:
    if NUMBER.fullmatch(text) or _VALUE.fullmatch(text) or _KIND.fullmatch(text) or _NOTHING.fullmatch(text):
        return -5.0
    score = 1.0 if 4 <= len(text) <= 45 else -1.0
    score += 1.5 if LEADING.match(text) else 0.0
    score += 1.0 if re.search(r"(?:率|数|量|增长|比例|人数|水平|面积|比重|时间|年限|[%％]）|）|\))$", text) else 0.0
    return score - (3.0 if "。" in text else 0.0)


def _measure(text: str) -> float:
    return 3.0 if _MEASURE.fullmatch(text) and not text.isdigit() else 0.5 if _NOTHING.fullmatch(text) else -3.0


def _value(text: str) -> float:
    if _VALUE.fullmatch(text):
        return 3.0
    if _NOTHING.fullmatch(text):
        return 1.5
    if _KIND.fullmatch(text) or "。" in text:
        return -5.0
    return 1.5 if _PROSE_VALUE.search(text) and len(text) <= 30 else -0.5 if re.search(r"\d", text) else -2.0


def _kind(text: str) -> float:
    return 4.0 if _KIND.fullmatch(text) else 0.0 if _NOTHING.fullmatch(text) else -5.0


def _category(text: str) -> float:
    if re.search(r"[。；，]|\d", text) or len(text) > 25:
        return -3.0
    return 0.5 if unit_share(text) < 1.0 else -2.0


_JUDGES: dict[Column, Callable[[str], float]] = {
    Column.NUMBER: _number,
    Column.TEXT: _text,
    Column.UNITS: _units,
    Column.PERSON: _person,
    Column.TIME: _time,
    Column.REMARK: _remark,
    Column.NAME: _name,
    Column.MEASURE: _measure,
    Column.VALUE: _value,
    Column.KIND: _kind,
    Column.CATEGORY: _category,
    Column.OTHER: lambda _: -0.2,
}

# What it costs to say that a row has nothing in a column.
ABSENT = {
    Column.NUMBER: 0.5,
    Column.TEXT: 4.0,
    Column.UNITS: 1.5,
    Column.PERSON: 1.0,
    Column.TIME: 1.0,
    Column.REMARK: 0.2,
    Column.NAME: 4.0,
    Column.MEASURE: 0.7,
    Column.VALUE: 1.0,
    Column.KIND: 1.5,
    Column.CATEGORY: 0.2,
    Column.OTHER: 1.0,
}


@dataclass(frozen=True, slots=True)
class Fit:
    """For each cell its column; ``sure`` unless a cell stands where it hardly can."""

    columns: tuple[int, ...]
    sure: bool


def fit_row(cells: Sequence[str], kinds: Sequence[Column]) -> Fit:
    """The best columns, in order, for the cells of a row that has fewer of them than its table."""
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{-1: (0.0, ())}]
    for number, cell in enumerate(cells):
        layer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for before, (score, path) in best[-1].items():
            for at in range(before + 1, len(kinds) - (len(cells) - number - 1)):
                total = score + evidence(cell, kinds[at]) - sum(ABSENT[kind] for kind in kinds[before + 1 : at])
                if at not in layer or total > layer[at][0]:
                    layer[at] = (total, (*path, at))
        best.append(layer)
    ends = [
        (score - sum(ABSENT[kind] for kind in kinds[at + 1 :]), path) for at, (score, path) in best[-1].items() if path
    ]
    _, path = max(ends)
    sure = all(not cell.strip() or evidence(cell, kinds[at]) >= 0 for cell, at in zip(cells, path, strict=True))
    return Fit(path, sure)
