"""The notice on a year's free days, read from its own sentences or from a list, and what cannot be right in one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.unit.test_workdays import TABLE
from tracker.workdays.calendar import CHINA, Calendar, packaged
from tracker.workdays.notice import Notice, read_notice

# The free and make-up days of the State Council's notices, in the shape of their sentences.
NOTICES = {
    2021: """一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。""",
    2022: """一、元旦：2022年1月1日至3日放假，共3天。
二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
五、端午节：6月3日至5日放假，共3天。
六、中秋节：9月10日至12日放假，共3天。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """关于2024年部分节假日安排的通知
各有关单位：
现将2024年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，要妥善安排好值班和安全、保卫等工作。""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}


def calendar_of(notice: Notice) -> Calendar:
    """What the notice alone makes of its year."""
    return Calendar({named.day: named.working for named in notice.days}, announced=[notice.year])


def days_of_year(year: int) -> list[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def sentences(text: str, year: int = 2026) -> list[str]:
    """The faults of a text in English."""
    return [fault.text(lambda message, **values: message % values) for fault in read_notice(text, year).faults]


@pytest.mark.parametrize("year", NOTICES)
def test_the_real_notices_make_the_calendar_of_the_package_and_of_the_table(year: int) -> None:
    notice = read_notice(NOTICES[year], year)
    assert notice.faults == ()
    made = calendar_of(notice)
    assert [day for day in days_of_year(year) if made.is_working(day) != CHINA.is_working(day)] == []
    made_up, free, _, _ = TABLE[year]
    assert {named.day for named in notice.days if named.working} == {
        date.fromisoformat(f"{year}-{d}") for d in made_up.split()
    }
    weekdays = {named.day for named in notice.days if not named.working and named.day.weekday() < 5}
    assert weekdays == {date.fromisoformat(f"{year}-{d}") for d in free.split()}


@pytest.mark.parametrize("year", NOTICES)
def test_the_same_days_as_a_list_make_the_same_calendar(year: int) -> None:
    named = read_notice(NOTICES[year], year).days
    words = {True: ("work", "上班"), False: ("free", "放假")}
    for which in (0, 1):
        lines = "\n".join(f"{one.day} {words[one.working][which]} {one.name}" for one in named)
        again = read_notice(f"# {year}\n\n{lines}\n", year)
        assert (again.faults, again.days) == ((), named)


def test_a_notice_in_which_one_day_is_forgotten_is_found_out() -> None:
    text = NOTICES[2026].replace("、2月28日（周六）上班", "上班")
    made = calendar_of(read_notice(text, 2026))
    assert [day for day in days_of_year(2026) if made.is_working(day) != CHINA.is_working(day)] == [date(2026, 2, 28)]
    assert packaged(2026)[date(2026, 2, 28)] is True


def test_broken_lines_half_width_signs_and_what_is_no_day_are_passed_over() -> None:
    text = "二、春节:2月15日(周日)至23日放假调\n休,共9天。2月14日(周六)、\n 2月28日(周六) 上班"
    notice = read_notice(text, 2026)
    assert notice.faults == ()
    assert [named.day.isoformat() for named in notice.days if named.working] == ["2026-02-14", "2026-02-28"]
    assert {named.name for named in notice.days} == {"春节"}
    eve = read_notice(NOTICES[2024], 2024)
    assert eve.left_out == ("鼓励各单位安排职工在除夕(2月9日)休息",), "shown, so that nobody thinks it was taken in"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("元旦：2月30日放假。", ["“2月30日”: this day does not exist. Check the date."]),
        ("2026-02-30 free", ["“2026-02-30 free”: this day does not exist. Check the date."]),
        ("元旦：1月1日（周五）放假。", ["“1月1日(周五)”: 2026-01-01 is a Thursday. Check the date and the year."]),
        (
            "2026-01-01（周五） free",
            ["“2026-01-01(周五) free”: 2026-01-01 is a Thursday. Check the date and the year."],
        ),
        (
            "元旦：1月1日至4日放假调休，共4天。1月4日（周日）上班。",
            ["2026-01-04 is both free and a working day. Take one of the two out."],
        ),
        (
            "2027-01-01 free",
            ["2027-01-01 is no day of 2026. Check the year at the top and the date."],
        ),
        (
            "元旦：2025年12月30日放假。",
            ["2025-12-30 is no day of 2026. Check the year at the top and the date."],
        ),
        (
            "元旦：1月5日上班。",
            ["2026-01-05 is a Monday, on which offices work anyway: no make-up day. Check the date."],
        ),
        ("2026-01-01 free\n2026-01-01 free 元旦", ["2026-01-01 is named twice. Take one of the two out."]),
        (
            "元旦：1月1日至3日放假调休，共4天。",
            ["“1月1日至3日放假调休,共4天”: the dates are 3 days, the text says 4. Check both."],
        ),
        ("元旦：1月3日至1日放假。", ["“1月3日至1日”: the last day lies before the first. Check the dates."]),
        (
            "元旦：1月3日至3月1日放假。",
            ["“1月3日至3月1日”: these are 58 days, more than any notice gives. Check the dates."],
        ),
        (
            "元旦：1月1日也许放假，看天气。",
            ["“1月1日也许放假,看天气” could not be read. Write it as in the notice, or as a list of days."],
        ),
        (
            "2026-01-01 free\n2026-01-02 perhaps",
            ["“2026-01-02 perhaps” could not be read. Write a day a line, such as “2027-01-01 free 元旦”."],
        ),
        (
            "关于2025年部分节假日安排的通知\n一、元旦：1月1日放假。",
            ["The text is the notice for 2025, the year at the top is 2026. Choose the right year."],
        ),
    ],
)
def test_what_cannot_be_right_is_said_in_one_sentence(text: str, said: list[str]) -> None:
    assert sentences(text) == said


@pytest.mark.parametrize("text", ["", "明天放假", "各有关单位：请做好值班工作。", "\x00", "x" * 20_001])
def test_a_text_without_days_is_refused(text: str) -> None:
    notice = read_notice(text, 2026)
    assert len(notice.faults) == 1 and notice.days == ()
