"""The place that a plan is made for, as its title or its issuer names it."""

from __future__ import annotations

import re

_HAN = r"[\u4e00-\u9fa5]"
_PREFECTURES = (
    "延边|恩施|湘西|阿坝|甘孜|凉山|黔西南|黔东南|黔南|楚雄|红河|文山|西双版纳|大理|德宏|怒江|迪庆|临夏|甘南|海北"
    "|黄南|果洛|玉树|海西|昌吉|博尔塔拉|巴音郭楞|克孜勒苏|伊犁"
)
_REGIONS = "大兴安岭|阿克苏|喀什|和田|塔城|阿勒泰|阿里|那曲"
# Behind 市 or 区 these make a word of it: 市场, 市级, 区域.
_WORDS = "场|级|域|委|直|长|容|民|属|内|政府|政协|政务|块|间|划|际|情|面|貌|井|辖|中心"
_PLACE = re.compile(
    rf"{_HAN}{{2,14}}?自治[区州县旗]"
    r"|新疆生产建设兵团|(?:香港|澳门)特别行政区"
    rf"|(?:{_PREFECTURES})州|(?:{_REGIONS})地区|(?:兴安|锡林郭勒|阿拉善)盟"
    rf"|{_HAN}{{1,8}}?(?:经济技术|高新技术产业|高新|经济|产业)开发区"
    rf"|{_HAN}{{2,6}}?新[区城](?!市|区)"
    rf"|{_HAN}[市区县旗](?:市|县)(?!{_WORDS})|{_HAN}[市县旗]区(?!{_WORDS})"
    rf"|{_HAN}{{2,8}}?族区"
    rf"|{_HAN}{{1,8}}?(?:[省县旗]|市(?!{_WORDS}|(?:市|区)(?!{_WORDS}))|区(?!{_WORDS}))"
    rf"|{_HAN}{{1,7}}?市"
)
# What ends like a place and is none: a kind of place, every place, or words of the title.
_KIND = (
    r"全|我|本|各|该|某|县|市|区|省|直辖|县级|地级|副省级|城|都|超|上|门|夜|菜|股|楼|大|小|老|农村|城镇|乡镇|乡|边境|省市|市县|县市|市辖"
    r"|重点|贫困|脱贫|革命老|民族|少数民族|欠发达|城乡"
)
_NO_PLACE = re.compile(
    rf"^(?:{_KIND})(?:省|市|县|区|旗|新区|地区)$"
    r"|^(?:中心|主|老|旧|建成)?城区$|^(?:贫困|边远|高寒|沿海|革命老|深石|秦巴|武陵|太行|大别)山区$|^(?:国有|重点国有|农|农垦)?[林牧矿库灾特战营]区$"
    r"|^.{0,6}(?:农村|民族|边疆|边境|重点|城市|西部|沿海|困难)地区$|大湾区$|(?<![梁绿花])园区$|社区$|景区$|校区$|小区$|(?<!上)街区$|片区$|老区$"
    r"|(?:大|中|小|超大|特大|中心|智慧|海绵|无废|韧性|文明|旅游|卫生|森林|公园|低碳|创新型?|节水型?|宜居|健康|书香|数字"
    r"|园林|资源型|示范|现代化|国际|枢纽|友好|安全)城市$"
    r"|(?:人才|科技|工业|农业|生态|文化|教育|质量|制造|数字|体育|旅游|交通|经济|网络|海洋|产业|法治|平安|知识产权)[强兴大名][省市县区]$"
    r"|保护区|示范|试点|先行区|试验区|功能区|文化名城"
    r"|[的及]|推进|加强|建设|实施|促进|深化|做好|落实|开展|加快|支持|发展|改革|优化|打造|健全|完善|关于|提升"
)
_LEAD_IN = re.compile(r"^(?:中共|中国共产党|政协|中国人民政治协商会议|关于|印发|20\d\d年度?|[《〈“]|（.*?）)+")
_OF_A_PLACE = ("委", "政府", "人民", "办", "人大", "政协", "直属", "属")


def place_at_start(text: str) -> str | None:
    """The region that ``text`` begins with, the last of several (广东省韶关市… is 韶关市); None where it is none.

    ``text`` is a title or the name of a body, without white space.
    """
    rest = _LEAD_IN.sub("", text)
    found = None
    while match := _PLACE.match(rest):
        name = match.group()
        if _NO_PLACE.search(name) or (found and rest.startswith(_OF_A_PLACE)):
            break
        found, rest = name, rest[match.end() :]
    return found


def place_within(text: str) -> str | None:
    """The region of a title that names it further in (关于印发同心县…); only behind a word that opens a name."""
    for match in re.finditer(r"关于印发|关于|印发|《|〈|年度?|落实|实施", text):
        if place := place_at_start(text[match.end() :]):
            return place
    return None
