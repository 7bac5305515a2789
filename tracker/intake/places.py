"""The place that a plan is made for, as its title or its issuer names it."""

from __future__ import annotations

import re

_HAN = r"[\u4e00-\u9fa5]"
_PREFECTURES = (
    "延边|恩施|湘西|阿坝|甘孜|凉山|黔西南|黔东南|黔南|楚雄|红河|文山|西双版纳|大理|德宏|怒江|迪庆|临夏|甘南|海北"
    "|黄南|果洛|玉树|海西|昌吉|博尔塔拉|巴音郭楞|克孜勒苏|伊犁"
)
_REGIONS = "大兴安岭|阿克苏|喀什|和田|塔城|阿勒泰|阿里|那曲|阿里"
_PLACE = re.compile(
    rf"{_HAN}{{2,14}}?自治[区州县旗]"
    r"|新疆生产建设兵团"
    r"|(?:香港|澳门)特别行政区"
    rf"|(?:{_PREFECTURES})州"
    rf"|(?:{_REGIONS})地区"
    r"|(?:兴安|锡林郭勒|阿拉善)盟"
    r"|(?:内蒙古|广西|西藏|宁夏|新疆)(?=“|‘|\"|\d|国民|残疾|省|自治区|政府)"
    rf"|{_HAN}{{1,8}}?(?:经济技术|高新技术产业|高新|经济|产业)开发区"
    rf"|{_HAN}{{1,6}}?新区"
    rf"|{_HAN}{{1,6}}?(?:[省县旗]|市(?![市区](?!场|级|域|委|直|长|政|内))|区(?!域|块|间|级|委|长))"
    rf"|{_HAN}[市区][市区县]"
)
# What ends like a place and is none: a kind of place, or every place.
_NO_PLACE = re.compile(
    r"^(?:全|我|本|各|该|某|县|市|区|省|直辖|县级|地级|副省级|城|都|超|上|门|夜|菜|股|楼|大|中|小|老|新|农村|城镇|乡镇"
    r"|重点|示范|试点|试验|特|贫困|脱贫|边境|革命老|民族|少数民族)?(?:省|市|县|区|旗|新区|地区)$"
    r"|[社园景库灾牧林山矿片湾校街战营特]区$|保护区|示范|试点|先行区|试验区|功能区|老区|边疆|超大城市|大城市|城市$|都市"
    r"|[的和与及以为在对于按加强进推实建全各]"
)
_LEAD_IN = re.compile(r"^(?:中共|中国共产党|政协|中国人民政治协商会议|关于|印发|\d{4}年度?|[《〈“]|（.*?）)+")


def place_at_start(text: str) -> str | None:
    """The region that ``text`` begins with, the last of several (广东省韶关市… is 韶关市); None where it is none.

    ``text`` is a title or the name of a body, without white space.
    """
    rest = _LEAD_IN.sub("", text)
    found = None
    while match := _PLACE.match(rest):
        name = match.group()
        if _NO_PLACE.search(name):
            break
        found, rest = name, rest[match.end() :]
    return found


def place_within(text: str) -> str | None:
    """The region of a title that names it further in (关于印发同心县…); only behind a word that opens a name."""
    for match in re.finditer(r"关于印发|关于|印发|《|〈|年度?|落实|实施", text):
        if place := place_at_start(text[match.end() :]):
            return place
    return None
