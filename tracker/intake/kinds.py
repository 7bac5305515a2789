"""What kind of unit a name says it is: asked only where a person lets unknown names become units.

The order of the rules decides: 市委编办 is the party's before it is an office, 人民银行 the centre's before a bank.
A name that no rule knows is a government department, and ``kind_of`` says that it is a guess.
"""

from __future__ import annotations

import re

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "collective",
            r"^(?:全?[省市县区州盟旗])?各(?!界)|^(?:有关|相关|其他|其它)|[县市区][（(][县市区]|[县市区][、/][县市区]"
            r"|(?:各|有关|相关)(?:部门|单位|县|市|区|镇|乡|街道)|成员单位$",
        ),
        ("court_or_procuratorate", r"(?:法院|检察院)$"),
        ("military", r"军分区|警备区|人武部|人民武装部|武警"),
        ("congress_or_conference", r"人大|政协|人民代表大会"),
        (
            "mass_organization",
            r"工会$|团[省市县区州]委$|团委$|共青团|妇联$|妇女联合会$|残联$|科协$|工商联$|文联$|侨联$|台联$|社科联$"
            r"|红十字会$|联合会$|协会$|学会$|法学会$|贸促会$|慈善(?:总)?会$|关工委$|记协$",
        ),
        (
            "central_agency",
            r"税务局$|邮政管理局$|海关$|气象局$|人民银行|银保监|金融监管(?:总局|分局|支局|局.*分局)|调查队$|海事局$"
            r"|烟草专卖局$|消防救援|国家安全局$|边检站$|通信管理局$|通管局$",
        ),
        (
            "enterprise",
            r"公司$|集团$|银行|分行$|支行$|移动$|联通$|电信$|铁塔$|供电局$|供电所$|电网|邮政$|保险$",
        ),
        (
            "institution",
            r"大学$|学院$|学校$|中学$|小学$|党校$|医院$|中心$|研究院$|研究所$|图书馆$|博物馆$|档案馆$|文化馆$|电视台$"
            r"|报社$|日报$|出版社$|供销社$",
        ),
        (
            "party_department",
            r"(?:[省市县区州盟旗]|^)委(?:办|组织|宣传|统战|政法|网信|网络安全|编办|编委|党校|社会工作|社工|老干|改革办|金融|外办|农办|台办"
            r"|机要|保密|巡察|国安|财经|教育工|机构编制|$)|^[省市县区州]?(?:组织部|宣传部|统战部|政法委|网信办|编办|文明办|纪委)"
            r"|党工委|机关工委|纪委|监委|中共|精神文明建设",
        ),
        ("office", r"(?:工委|委员会|领导小组|指挥部|安委|协调小组|联席会议)办(?:公室)?$"),
        ("county", r"(?:县|区|市|旗|乡|镇)(?:人民)?政府$|管委会$|(?:区|园|新城)管理委员会$|街道办(?:事处)?$"),
    )
)
_GOVERNMENT = re.compile(r"(?:局|厅|委|委员会|办|办公室|署|科|股|处|所|站|队|支队|大队|总队|室)(?:[（(].*[）)])?$")


def kind_of(name: str) -> tuple[str, bool]:
    """One of ``directory.schemas.UNIT_KINDS`` and whether the name itself says so."""
    for kind, pattern in _RULES:
        if pattern.search(name):
            return kind, True
    return "government_department", _GOVERNMENT.search(name) is not None
