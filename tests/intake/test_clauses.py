"""What plans say about their own evaluation."""

from __future__ import annotations

import pytest

from tests.intake.documents import document
from tracker.intake.clauses import read_clauses


def kinds(text: str) -> list[str]:
    return [clause.kind for clause in read_clauses(document(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("对本方案实施情况开展年度评估、中期评估和期末评估。", ["annual", "mid_term", "end_of_term"]),
        (
            "市教育局牵头开展规划实施情况动态监测，2023年进行中期评估，2025年底组织总结评估。",
            ["monitoring", "mid_term", "end_of_term"],
        ),
        ("每年对规划落实情况进行一次检查评估，结果向社会公布。", ["annual", "disclosure"]),
        ("将本计划落实情况纳入年度考核。", ["annual"]),
        ("健全规划实施第三方评估机制，开展群众满意度调查。", ["third_party", "survey"]),
        ("加强规划实施的跟踪分析。对成绩突出的单位给予表彰。", ["monitoring", "commendation"]),
        ("（三）强化监督考核。委托第三方开展评价，及时公开进展情况。", ["third_party", "disclosure"]),
        ("加强监测评估\n定期开展中期评估。", ["mid_term"]),
    ],
)
def test_the_kinds_of_evaluation_that_a_sentence_speaks_of(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "加强特殊教育督导和质量监测评估。",
        "健全防止返贫动态监测和帮扶机制。",
        "开展残疾人服务需求第三方评估和满意度调查。",
        "“十三五”规划实施以来，考核连年优秀，受到表彰。",
        "一、加强大气监测能力建设\n完善监测网络，开展动态监测。",
        "对规划实施提供经费保障。",
    ],
)
def test_tasks_and_results_are_no_evaluation_of_the_plan(text: str) -> None:
    assert kinds(text) == []


def test_a_quotation_is_the_whole_sentence_put_together_where_a_page_cut_it() -> None:
    clauses = read_clauses(document("对规划实施情况进行年度监测和中期评估，\n及时发现问题。各县要制定规划。"))
    assert {clause.quote for clause in clauses} == {"对规划实施情况进行年度监测和中期评估，及时发现问题。"}
    assert [clause.kind for clause in clauses] == ["annual", "mid_term"]


def test_a_sentence_that_comes_twice_counts_once() -> None:
    assert kinds("开展规划实施中期评估。\n开展规划实施中期评估。") == ["mid_term"]


def test_a_line_of_full_stops_alone_says_nothing() -> None:
    assert read_clauses(document("。" * 30, "！" * 40)) == []
