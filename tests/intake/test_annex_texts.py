"""Columns of sections, tasks, measures, aims and time."""

from __future__ import annotations

from datetime import date

from tests.intake.annexes import doubted, read, told


def test_category_column_becomes_the_section() -> None:
    division = read(
        ("领域", "序号", "具体措施", "主办单位", "协办单位"),
        ("一、强化监测预警", "1", "完善森林防火视频监控。", "县林业局", "县应急局"),
        ("^", "2", "建设气象灾害预警系统。", "县气象局", "县应急局"),
        ("二、提升救援能力", "3", "组建综合应急救援队伍。", "县应急局", "县消防大队"),
        ("^", "4", "储备应急物资。", "县发展改革局", "县应急局、县财政局"),
    )
    assert told(division) == [
        "1 强化监测预警: 完善森林防火视频监控。 | 县林业局 | 县应急局",
        "2 强化监测预警: 建设气象灾害预警系统。 | 县气象局 | 县应急局",
        "3 提升救援能力: 组建综合应急救援队伍。 | 县应急局 | 县消防大队",
        "4 提升救援能力: 储备应急物资。 | 县发展改革局 | 县应急局、县财政局",
    ]
    assert doubted(division) == []


def test_task_merged_over_numbered_measures_is_their_section() -> None:
    division = read(
        ("重点任务", "序号", "具体措施", "牵头单位", "责任单位", "完成时限"),
        ("（一）优化营商环境", "1", "压减企业开办时间至1个工作日。", "市市场监管局", "市公安局", "2023年底"),
        ("^", "2", "推行不动产登记一窗受理。", "市自然资源局", "市税务局", "2023年底"),
        ("（二）推进数字政府建设", "3", "建设城市大脑。", "市大数据局", "市财政局", "2025年"),
        ("^", "4", "推行电子证照应用。", "市大数据局", "市公安局", "2024年"),
    )
    assert told(division) == [
        "1 优化营商环境: 压减企业开办时间至1个工作日。 | 市市场监管局 | 市公安局",
        "2 优化营商环境: 推行不动产登记一窗受理。 | 市自然资源局 | 市税务局",
        "3 推进数字政府建设: 建设城市大脑。 | 市大数据局 | 市财政局",
        "4 推进数字政府建设: 推行电子证照应用。 | 市大数据局 | 市公安局",
    ]
    assert [task.deadline for task in division.tasks] == [
        date(2023, 12, 31),
        date(2023, 12, 31),
        date(2025, 12, 31),
        date(2024, 12, 31),
    ]
    assert doubted(division) == []


def test_task_and_measure_side_by_side_are_one_text() -> None:
    division = read(
        ("序号", "任务名称", "主要内容", "负责单位"),
        ("1", "推进智慧图书馆建设", "改造县图书馆自助借还设备。", "县文化广电旅游体育局"),
        ("2", "开展全民阅读活动", "每年举办读书节。", "县委宣传部"),
    )
    assert told(division) == [
        "1: 推进智慧图书馆建设。改造县图书馆自助借还设备。 | 县文化广电旅游体育局 | ",
        "2: 开展全民阅读活动。每年举办读书节。 | 县委宣传部 | ",
    ]
    assert doubted(division) == []


def test_aims_are_kept_as_a_remark() -> None:
    division = read(
        ("序号", "重点任务", "工作目标", "牵头单位", "配合单位"),
        ("1", "实施城区绿道建设。", "到2024年建成绿道50公里", "市城管局", "市财政局"),
    )
    assert division.tasks[0].text == "实施城区绿道建设。"
    assert division.tasks[0].remark == "工作目标：到2024年建成绿道50公里"


def test_of_two_columns_of_numbers_the_one_that_counts_tasks() -> None:
    division = read(
        ("序号", "工作领域", "任务编号", "工作任务", "牵头单位", "配合单位"),
        ("1", "生态修复", "1", "开展国土绿化。", "市林业局", "市财政局"),
        ("^", "^", "2", "保护候鸟栖息地。", "市林业局", "市公安局"),
        ("2", "水环境", "3", "整治入河排污口。", "市生态环境局", "市水利局"),
    )
    assert told(division) == [
        "1 生态修复: 开展国土绿化。 | 市林业局 | 市财政局",
        "2 生态修复: 保护候鸟栖息地。 | 市林业局 | 市公安局",
        "3 水环境: 整治入河排污口。 | 市生态环境局 | 市水利局",
    ]
    assert doubted(division) == []


def test_columns_of_years_are_kept_as_a_remark() -> None:
    division = read(
        ("序号", "重点任务", "年度目标", "<", "牵头单位", "责任单位"),
        ("^", "^", "2021年", "2022年", "^", "^"),
        ("1", "建设市第二中学。", "开工", "投入使用", "市教育局", "市财政局"),
        ("2", "建设市中医院。", "", "√", "市卫健委", "市财政局"),
    )
    assert told(division) == [
        "1: 建设市第二中学。 | 市教育局 | 市财政局",
        "2: 建设市中医院。 | 市卫健委 | 市财政局",
    ]
    assert [task.remark for task in division.tasks] == ["年度目标2021年：开工；年度目标2022年：投入使用", None]
    assert doubted(division) == []
