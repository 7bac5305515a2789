"""What becomes of every task in the demo's history: data, read by script.py.

A fate is a row of beats.  A beat is (what, when): ``when`` is a share of the time from going live to the demo's first
day (two floats), a number of working days after the beat before (two whole numbers), or a span of days (two dates).
``check`` is a first check and a verification by two people where the host unit leads, else a verification alone.
``unsigned`` is a report that waits for its signature; dealings.py says what the beats between units are.
"""

from __future__ import annotations

from datetime import date

Beat = tuple[str, tuple[float, float] | tuple[int, int] | tuple[date, date]]

_TAKEN: Beat = ("acknowledge", (1, 9))
_EARLY: Beat = ("report", (0.40, 0.55))
_MIDDLE: Beat = ("report", (0.55, 0.80))
_LATE: Beat = ("report", (0.955, 0.98))
_CHECK: Beat = ("check", (2, 8))
_BACK: Beat = ("return", (2, 6))

_ON_TIME: Beat = ("report", (date(2023, 1, 6), date(2023, 1, 31)))

FATES: dict[str, tuple[Beat, ...]] = {
    "waiting": (),
    "working": (_TAKEN,),
    "verified": (_TAKEN, _MIDDLE, _CHECK),
    "verified_twice": (_TAKEN, _EARLY, _CHECK, ("report", (0.85, 0.92)), _CHECK),
    "verified_after_return": (_TAKEN, _MIDDLE, _BACK, ("report", (3, 8)), _CHECK),
    "completed": (_TAKEN, _EARLY, _CHECK, ("complete", (0.72, 0.85)), _CHECK),
    "closed": (_TAKEN, _EARLY, _CHECK, ("complete", (0.72, 0.82)), _CHECK, ("close_out", (6, 15))),
    "reported": (_TAKEN, _LATE),
    "claimed": (_TAKEN, _EARLY, _CHECK, ("claim", (0.955, 0.98))),  # completed, it says, and names no proof
    "first_checked": (_TAKEN, ("report", (0.93, 0.955)), ("first_check", (2, 5))),
    "returned": (_TAKEN, ("report", (0.93, 0.965)), _BACK),
    "withdrawn": (_TAKEN, _LATE, ("withdraw", (1, 2))),
    "reopened": (_TAKEN, _MIDDLE, _CHECK, ("reopen", (0.94, 0.98))),
    "reassigned": (_TAKEN, ("reassign", (0.5, 0.7))),
    "extended": (
        _TAKEN,
        ("extension", (0.5, 0.55)),
        ("report", (0.90, 0.92)),
        _BACK,
        ("extension_asked", (0.975, 0.98)),
    ),
    "contested": (_TAKEN, ("report", (0.90, 0.92)), _BACK, ("object", (1, 2)), ("answer", (2, 4))),
    "contesting": (  # due after the demo's first day
        _TAKEN,
        ("report", (0.955, 0.965)),
        ("return", (date(2023, 6, 7), date(2023, 6, 9))),
        ("object", (date(2023, 6, 12), date(2023, 6, 13))),
    ),
    "together": (_TAKEN, ("parts", (0.55, 0.6)), ("report", (2, 5)), _CHECK),
    "together_returned": (_TAKEN, ("parts", (0.92, 0.94)), ("report", (2, 4)), _BACK),
    "consulting": (
        _TAKEN,
        ("ask", (0.45, 0.5)),
        ("give", (1, 2)),
        ("mention", (0.7, 0.75)),
        ("reply", (1, 2)),
        ("ask", (0.94, 0.95)),  # never answered
        ("parts", (2, 4)),
    ),
    "suspended": (_TAKEN, ("suspend", (0.6, 0.7))),
    "resumed": (_TAKEN, ("suspend", (0.4, 0.45)), ("resume", (30, 40))),
    "terminated": (_TAKEN, ("terminate", (0.5, 0.6))),
    "unsigned": (_TAKEN, ("unsigned", (0.955, 0.98))),
    "declined": (("decline", (2, 4)), ("dispatch", (3, 6)), _TAKEN),
    # 百色 has an annual round of 2022: reports were due on 31 January 2023.
    "annual": (_TAKEN, _ON_TIME, _CHECK),
    "annual_twice": (_TAKEN, ("report", (date(2022, 10, 17), date(2022, 11, 25))), _CHECK, _ON_TIME, _CHECK),
    "annual_late": (_TAKEN, ("report", (date(2023, 2, 6), date(2023, 2, 21))), _CHECK),
    "annual_first_checked": (_TAKEN, _ON_TIME, ("first_check", (3, 8))),
    "annual_mended_late": (_TAKEN, _ON_TIME, ("return", (4, 9)), ("report", (0.955, 0.98))),
    "annual_returned": (_TAKEN, _ON_TIME, ("return", (4, 9))),
    "annual_missed": (("acknowledge", (3, 14)),),
    "annual_urged": (("acknowledge", (3, 14)), ("urge", (0.93, 0.97))),
}

# ref -> fate; who stands nowhere is "working".
TASKS: dict[str, dict[str, str]] = {
    "shaoguan": {
        **dict.fromkeys(("1", "6", "9", "18", "23"), "verified"),
        "3": "verified_twice",
        "30": "verified_after_return",
        **dict.fromkeys(("19", "34"), "completed"),
        "40": "closed",
        **dict.fromkeys(("8", "29", "14"), "reported"),
        "2": "claimed",
        **dict.fromkeys(("5", "22"), "first_checked"),
        **dict.fromkeys(("24", "31"), "returned"),
        "10": "contested",
        "41": "contesting",
        "35": "withdrawn",
        "33": "reassigned",
        "12": "consulting",
        **dict.fromkeys(("7", "11", "38"), "waiting"),
    },
    "jiangmen": {
        **dict.fromkeys(("6", "14", "20", "26", "45"), "verified"),
        "1": "together",
        **dict.fromkeys(("2", "29"), "verified_twice"),
        "33": "verified_after_return",
        "37": "completed",
        "38": "closed",
        **dict.fromkeys(("4", "15", "31", "40"), "reported"),
        "3": "first_checked",
        **dict.fromkeys(("32", "39"), "returned"),
        "8": "together_returned",
        "34": "suspended",
        "36": "resumed",
        "9": "terminated",
        "16": "extended",
        "24": "withdrawn",
        "21": "reopened",
        **dict.fromkeys(("13", "41", "44"), "waiting"),
    },
    "yulin": {
        **dict.fromkeys(("1-2", "2-5", "3-4", "4-1", "5-1"), "verified"),
        **dict.fromkeys(("1-6", "3-3", "4-2"), "reported"),
        "2-3": "first_checked",
        **dict.fromkeys(("1-1", "4-3"), "returned"),
        "5-3": "declined",
        **dict.fromkeys(("1-7", "3-2", "6-3", "6-4", "7-2"), "waiting"),
    },
    "baise": {
        **dict.fromkeys(("1-5", "2-3", "3-3", "3-4", "4-1"), "annual"),
        **dict.fromkeys(("1-2", "3-1"), "annual_twice"),
        "4-4": "annual_late",
        "2-1": "annual_first_checked",
        "4-3": "annual_mended_late",
        "1-3": "annual_returned",
        **dict.fromkeys(("2-4", "5-3"), "annual_missed"),
        "1-6": "annual_urged",
    },
    "tongxin": {
        **dict.fromkeys(("2-1", "5-2"), "verified"),
        "4-2": "reported",
        "3-1": "unsigned",
        **dict.fromkeys(("2-2", "4-1", "6-1"), "waiting"),
    },
}

# Values of the plan's indicators that reports give, by plan and ref: the indicator, the value, its source.
VALUES: dict[str, dict[str, tuple[str, str, str]]] = {
    "shaoguan": {
        "1": ("符合条件的残疾人纳入最低生活保障比例", "100", "最低生活保障信息系统"),
        "30": ("残疾儿童少年义务教育入学率", "96.1", "教育事业统计年报"),
    },
}

# Who files a part of the report that comes: (plan, ref) -> units; who stands there not is silent.
PARTS = {
    ("shaoguan", "12"): ("canlian",),
    ("jiangmen", "1"): ("pengjiang", "taishan"),
    ("jiangmen", "8"): ("yibao", "pengjiang"),
}
# Whom the lead unit asks for input, in the order of its requests, and by how many working days.
ASKED = {("shaoguan", "12"): ("caizheng", "weijian")}
ANSWERED_WITHIN = 3

# The plan whose reports its unit leaders sign, by a change of its definition on that day.
SIGNED_OFF_FROM = {"tongxin": date(2022, 9, 6)}

# Reports that were begun and not sent: plan -> ref.
DRAFTS = {"shaoguan": ("12",)}

# The plans that divide no task: what the supervisor dispatched, by the demo's choice: day, refs, leads, supports.
Dispatch = tuple[date, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
DISPATCHES: dict[str, tuple[Dispatch, ...]] = {
    "baise": (
        (date(2022, 7, 20), ("1-2", "1-5"), ("minzheng",), ("caizheng", "canlian")),
        (date(2022, 7, 20), ("1-3",), ("canlian", "minzheng"), ("caizheng",)),
        (date(2022, 7, 20), ("3-1", "3-4"), ("weijian",), ("caizheng", "canlian")),
        (date(2022, 7, 21), ("2-1", "2-4"), ("renshe", "canlian"), ("caizheng",)),
        (date(2022, 7, 21), ("2-3", "3-3"), ("canlian",), ("renshe", "weijian", "minzheng")),
        (date(2022, 8, 9), ("4-1", "4-3"), ("jiaoyu",), ("caizheng", "canlian")),
        (date(2022, 8, 9), ("4-4",), ("wenguangtilv",), ("jiaoyu", "canlian")),
        (date(2022, 8, 11), ("1-6", "5-3"), ("zhujian",), ("minzheng", "canlian")),
    ),
    "tongxin": (
        (date(2022, 9, 8), ("2-1", "2-3"), ("minzheng",), ("caizheng", "canlian")),
        (date(2022, 9, 8), ("3-1", "3-2"), ("renshe", "canlian"), ("caizheng",)),
        (date(2022, 9, 8), ("5-1", "5-2"), ("jiaoyu",), ("caizheng", "canlian")),
        (date(2022, 9, 14), ("4-2",), ("canlian",), ("weijian", "minzheng")),
        (date(2022, 9, 14), ("2-2",), ("yibao",), ("canlian", "minzheng")),
        (date(2022, 9, 14), ("4-1",), ("weijian",), ("canlian", "jiaoyu")),
        (date(2022, 9, 14), ("6-1",), ("canlian",), ("zhujian",)),
    ),
}

# Going live (交办启动); 江门 and 同心 bear no date of issue, so that the day is the demo's.
LIVE_ON = {
    "shaoguan": date(2022, 4, 18),
    "jiangmen": date(2022, 6, 6),
    "baise": date(2022, 7, 18),
    "tongxin": date(2022, 9, 5),
    "yulin": date(2022, 11, 25),
}
SEEDED_ON = {
    "shaoguan": date(2022, 4, 12),
    "jiangmen": date(2022, 6, 1),
    "baise": date(2022, 7, 14),
    "tongxin": date(2022, 9, 1),
    "yulin": date(2022, 11, 23),
}
# The plans in which something is the demo's own choice: the day of going live, or the units of the tasks.
BY_THE_DEMO = frozenset({"jiangmen", "baise", "tongxin"})
# The later deadlines that the lead units ask for, in the order of their requests.
EXTENDED_TO = {("jiangmen", "16"): (date(2024, 3, 29), date(2024, 6, 28))}
WEEKLY = {"shaoguan": (("minzheng", date(2023, 5, 8)),)}
"""Whose handlers chose weekly mails, and on which day."""
AWAY = {"shaoguan": (("renshe", date(2023, 6, 9), date(2023, 6, 12), date(2023, 6, 30)),)}
"""Whose handlers are away, their leaders standing in: unit, the day it was entered, the first and the last day."""
