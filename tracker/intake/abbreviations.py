"""Two spellings of one public body: 市卫健局 is 市卫生健康局, 市残联 is 市残疾人联合会."""

from __future__ import annotations

import re
from functools import lru_cache

from .lines import squeeze

# Short forms that no rule gives, with what they stand for; the longer first where one holds the other.
_STANDARD = (
    ("残疾人联合会", "残联"),
    ("妇女联合会", "妇联"),
    ("工商业联合会", "工商联"),
    ("文学艺术界联合会", "文联"),
    ("社会科学界联合会", "社科联"),
    ("归国华侨联合会", "侨联"),
    ("科学技术协会", "科协"),
    ("残疾人工作委员会", "残工委"),
    ("关心下一代工作委员会", "关工委"),
    ("老龄工作委员会", "老龄委"),
    ("机构编制委员会办公室", "编办"),
    ("精神文明建设指导委员会办公室", "文明办"),
    ("精神文明建设委员会办公室", "文明办"),
    ("网络安全和信息化委员会办公室", "网信办"),
    ("人民政府办公室", "政府办"),
    ("人民政府办公厅", "政府办公厅"),
    ("人民政府", "政府"),
    ("中级人民法院", "法院"),
    ("中级法院", "法院"),
    ("人民法院", "法院"),
    ("中院", "法院"),
    ("人民检察院", "检察院"),
    ("消防救援支队", "消防支队"),
    ("消防救援大队", "消防大队"),
    ("住房公积金管理中心", "公积金中心"),
    ("人民武装部", "人武部"),
    ("纪律检查委员会", "纪委"),
    ("总工会", "工会"),
    ("委员会", "委"),
    ("办公室", "办"),
    ("府办", "政府办"),
)
_YOUTH = re.compile(r"^(?:共青团|团)(?P<place>.*?)委(?:员会)?$")
_LEVEL = r"自治区|自治州|自治县|省|市|县|区|州|盟|旗"
_BODY = re.compile(
    rf"^(?P<prefix>(?:[\u4e00-\u9fa5]{{2,8}}?)?(?:{_LEVEL})(?:委(?=.)|政府(?=.)|人大(?=.)|政协(?=.))?)?(?P<core>.*?)"
    r"(?P<suffix>局|委|办|厅|部|署|社|会|中心|支队|大队|总站|站|分局)$"
)
_GOVERNMENT = ("局", "委", "办", "厅")
_CORE = 2


@lru_cache(maxsize=4096)
def plain_name(name: str, place: str | None = None) -> str:
    """``name`` in its shortest standard form, for comparing: 韶关市残疾人联合会 of 韶关市 is 市残联."""
    text = squeeze(name)
    if place and text.startswith(place):
        level = re.search(rf"(?:{_LEVEL})$", place)
        text = (level.group() if level else "") + text.removeprefix(place)
    if youth := _YOUTH.match(text):
        level = re.search(rf"(?:{_LEVEL})$", youth["place"])
        return f"团{level.group() if level else youth['place']}委"
    for long, short in _STANDARD:
        if text.endswith(long):
            text = text.removesuffix(long) + short
    return text.replace("政政府", "政府")


def is_short_for(short: str, long: str, place: str | None = None) -> bool:
    """Whether ``short`` is an abbreviation of ``long``, or both are one name.

    They have one prefix and end in one kind of office; the characters of the short name stand in the long one in
    order, its first at the beginning: 市人社局 in 市人力资源社会保障局.  One character alone (市委办) is too little.
    Without a level in front (人社局) only offices of a government are abbreviated so.
    """
    first, second = plain_name(short, place), plain_name(long, place)
    if first == second:
        return True
    if not first or not second or first[-1] != second[-1] or len(first) > len(second):
        return False
    a, b = _parts(first), _parts(second)
    if a is None or b is None or (a["prefix"], a["suffix"]) != (b["prefix"], b["suffix"]):
        return False
    if not a["prefix"] and a["suffix"] not in _GOVERNMENT:
        return False
    if not _CORE <= len(a["core"]) < len(b["core"]) or a["core"][0] != b["core"][0]:
        return False
    letters = iter(b["core"])
    return all(letter in letters for letter in a["core"])


@lru_cache(maxsize=4096)
def _parts(plain: str) -> re.Match[str] | None:
    return _BODY.match(plain)
