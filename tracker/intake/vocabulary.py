"""Words by which a name of a Chinese public body is known: levels, offices, and what stands at its end.

Gathered from the institutional reform of 2018 and 2023 and from the names that published divisions of responsibility
use; a name that none of these words know is kept as printed and doubted, never dropped.
"""

from __future__ import annotations

import re

LEVEL = "自治区|自治州|自治县|省|市|县|区|州|盟|旗|兵团|师"
"""What a name within one government begins with: 市教育局, 自治区民政厅."""

OFFICES = (
    "发展|发改|教育|教体|教科|科技|科学|工业|工信|经济|经信|经贸|民族|民宗|公安|民政|司法|财政|人力|人社|自然资源|自然|规划|"
    "生态|环境|环保|住房|住建|建设|城乡|城市|城管|交通|水利|水务|农业|农牧|畜牧|商务|商业|文化|文旅|文体|文广|文物|旅游|"
    "卫生|卫健|健康|退役|应急|审计|外事|外办|国资|国有|市场|广播|广电|体育|统计|医疗|医保|机关|信访|乡村|扶贫|林业|林草|"
    "园林|绿化|海洋|渔业|粮食|粮储|能源|知识产权|药品|药监|食品|地方金融|金融|大数据|数据|数字|政务|政数|行政|税务|气象|"
    "邮政|烟草|地震|消防|供销|档案|投资|投促|招商|口岸|港口|港航|通信|总工会|工会|妇联|妇女|妇儿|残联|残工委|残疾人|科协|"
    "文联|侨联|侨务|工商|红十字|社科联|社会科学|贸促|老龄|关工委|关心下一代|组织部|宣传部|统战部|统一战线|政法委|编办|"
    "机构编制|网信|网络安全|党校|老干部|政研|政策研究|文明办|台办|港澳|人防|人民防空|国防|国动|住房公积金|公积金|疾控|"
    "疾病预防|融媒体|新闻|社会工作|社工|社会保险|社保|法院|检察|中级人民|中院|人民法院|人民检察院|政府办|政府研究|府办|"
    "人大|政协|纪委|纪检|监委|军民|保密|机要|党史|地方志|史志|方志|综合|审批|移民|水库|地质|测绘|公路|铁路办|轨道|爱卫|"
    "双拥|禁毒|食安|安委|防火|森林|中小企业|民营|营商|开放|合作|改革|物价|价格|戒毒|国安|国家安全|人武部|人民武装|慈善|"
    "农科院|社科院|直属机关|直机关工委|信用|博物馆|图书馆|文化馆|广播电视台|电视台|报社|日报社|日报|乡企|农机|质监|质量|"
    "安监|旅发|旅文|资规|国土|不动产|就业|人才|河长|湖长|林长|双创|接待|驻|地名|殡葬|养老|计生|医改|动物|植保|农技|农综|"
    "科委|经委|建委|农委|商委|民委|卫计|房管|房屋|规自|规土|建交|建管|科经|科信|科工|文教|教卫|产业|法制|宗教|"
    "中医药|机关事务|档案|侨|版权|电影|监狱|港务|血站|计量|特检|行政学院|党建|婚姻|救助|福利|仲裁|供水|水产|供热|燃气|供水|排水|环卫|市容|市政工程|市政园林|市政公用|运管|交警|巡察"
)
"""How the name of an office begins once its level is taken off: 教育(局), 市场(监管局)."""

PARTY_OFFICES = (
    "组织部|宣传部|统战部|统一战线工作部|政法委|编办|编委办|机构编制委员会办公室|网信办|网络安全和信息化委员会办公室|"
    "老干部局|党校|政研室|政策研究室|社会工作部|社工部|巡察办|直属机关工委|直机关工委|机要局|保密局|保密办|党史研究室"
)
"""Offices of a party committee: 市委组织部."""

ENDS = (
    "局|委|办|厅|部|署|院|处|科|办公室|研究室|中心|委员会|协会|学会|工会|联合会|商会|总会|红十字会|贸促会|管委会|常委会|"
    "基金会|促进会|居委会|村委会|理事会|政府|公司|集团|大学|学院|学校|中学|医院|银行|分行|支行|海关|残联|妇联|文联|侨联|"
    "工商联|社科联|工经联|科协|作协|记协|计生协|政协|人大|法工委|支队|总队|大队|调查队|电视台|报社|传媒|新闻社|单位|部门|机构|企业|"
    "监会|街道|办事处|乡镇|镇|军分区|警备区|党校|电信|移动|联通|铁塔|馆|县区|园区|开发区|新区|高新区|供电局|电网|"
    "纪委机关|监委机关|[一-鿿]{2}(?:站|所|队)|供销社|总社|联社|管理站|工作站|事务所|研究所|园"
)
"""What a complete name ends in; 社会 and 和 are not among them, so that a name broken behind 社会 is seen as broken."""

FOREIGN_ENDS = (
    "公司|集团|大学|学院|学校|中学|小学|幼儿园|医院|银行|分行|支行|海关|军分区|警备区|部队|电信|移动|联通|铁塔|电网|调查队|"
    "供电局|管委会|政府|办事处|街道|乡镇|镇|村委会|居委会|社区|单位|部门|机构|企业|分局|监局|铁路局|海事局|园区|开发区|高新区|新区"
)
"""Ends of names that no government's level stands before, or that bear a place of their own."""

NOT_LEVELS = (
    "市场|市容|市政工程|市政园林|市政公用|市直|市级|市属|区域|区划|县域|县级|县直|省级|省直|省属|区级|区直|区属|州直|州级|旗直|"
    "市民中心|市民服务|市民热线|市域|师范|师大|区块链"
)
"""Words that only look as if they began with a level."""

office = re.compile(rf"(?:{OFFICES})")
party_office = re.compile(rf"(?:{PARTY_OFFICES})(?:[（(].*)?$")
ends_whole = re.compile(rf"(?:{ENDS})[)）]?$")
ends_foreign = re.compile(rf"(?:{FOREIGN_ENDS})(?:[（(].*)?$")
_not_level = re.compile(rf"(?:{NOT_LEVELS})")
_party_youth = re.compile(rf"(?:共青团|团)(?P<level>[一-鿿]{{0,6}}?(?:{LEVEL}))委")
_own = re.compile(rf"(?P<level>{LEVEL})(?P<party>委)?")
_place = re.compile(
    rf"(?P<level>[^\W\d_a-zA-Z在由等和为设的与及对向按于至]{{2,7}}?(?:{LEVEL}))(?P<party>委)?(?=(?:{OFFICES})|委|人民政府|政府|政协|人大)"
)
_cities_in_offices = re.compile(
    r"(?:城市|超市|社区|园区|辖区|开发区|新区|景区|保税区|示范区|山区|地区|城区|县区|市区|州县)"
)

_ends_club = re.compile(r"(?<!社)会[)）]?$")

COLLECTIVE = re.compile(
    r"各|有关|相关|其他|全市|全县|全区|全省|全州|市直|市级|市属|县直|县级|区直|区级|省直|省级|州直|驻|中央|中直|沿线|"
    r"开发区|高新区|经开区|园区|新区|乡镇|街道|社区|镇街|成员单位|责任单位"
)
"""How names of many bodies begin; they take no level from their neighbours."""


def level_of(name: str) -> str | None:
    """The level that ``name`` bears itself (市, 自治区, 韶关市), 市 for 团市委; None where it bears none."""
    if youth := _party_youth.match(name):
        return youth["level"]
    if _not_level.match(name) or COLLECTIVE.match(name):
        return None
    if own := _own.match(name):
        return own["level"] if len(name) > own.end() or own["party"] else None
    place = _place.match(name)
    return place["level"] if place and not _cities_in_offices.search(place["level"]) else None


def begins_unit(text: str) -> bool:
    """Whether ``text`` begins as a name does: with a level, a word for many, or an office."""
    return bool(
        level_of(text)
        or (_own.match(text) and not _not_level.match(text))
        or COLLECTIVE.match(text)
        or office.match(text)
        or text.startswith(("团", "共青团", "国家", "国网", "中国"))
    )


def is_unit(name: str) -> bool:
    """Whether ``name`` reads as the name of a public body or of a group of them."""
    return bool(len(name) >= 2 and (ends_whole.search(name) or COLLECTIVE.match(name) or _ends_club.search(name)))
