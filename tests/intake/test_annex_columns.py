"""Columns in any order and under any of the usual words."""

from __future__ import annotations

from datetime import date

from tests.intake.annexes import doubted, read, told


def test_education_with_person_and_deadline_columns() -> None:
    division = read(
        ("序号", "目标与任务", "分 管\n县领导", "牵头责任单位", "责任单位", "完成时限", "备注"),
        (
            "1",
            "新增普惠性幼儿园学位2000个。",
            "陈某某",
            "县教育局",
            "县财政局、县自然资源和规划局",
            "2023年12月底前",
            "",
        ),
        ("2", "实施义务教育薄弱环节改善与能力提升。", "陈某某", "县教育局", "县发展改革委", "持续推进", "省级民生实事"),
    )
    assert told(division) == [
        "1: 新增普惠性幼儿园学位2000个。 | 县教育局 | 县财政局、县自然资源和规划局",
        "2: 实施义务教育薄弱环节改善与能力提升。 | 县教育局 | 县发展改革委",
    ]
    assert [task.deadline for task in division.tasks] == [date(2023, 12, 31), None]
    assert [task.deadline_words for task in division.tasks] == [None, "持续推进"]
    assert division.tasks[1].remark == "省级民生实事"
    assert division.form == "annex_two_columns"
    assert doubted(division) == []


def test_units_before_tasks_and_head_words_with_white_space() -> None:
    division = read(
        ("牵 头 单 位", "参 加\n单 位", "工 作\n任 务", "序 号"),
        ("市消防救援支队", "市住房城乡建设局、市公安局", "开展高层建筑消防安全综合治理。", "1"),
        ("市应急管理局", "各县（市、区）政府", "健全消防安全责任制。", "2"),
    )
    assert told(division) == [
        "1: 开展高层建筑消防安全综合治理。 | 市消防救援支队 | 市住房城乡建设局、市公安局",
        "2: 健全消防安全责任制。 | 市应急管理局 | 各县（市、区）政府",
    ]
    assert doubted(division) == []


def test_head_of_two_levels_with_merged_cells() -> None:
    division = read(
        ("序号", "重点任务", "责任分工", "<", "时限要求"),
        ("^", "^", "牵头部门", "配合部门", "^"),
        ("1", "开展生物多样性本底调查。", "市生态环境局", "市林业局、市农业农村局", "2024年6月底前"),
        ("2", "建设野生动物救护站。", "市林业局", "市财政局", "长期坚持"),
    )
    assert told(division) == [
        "1: 开展生物多样性本底调查。 | 市生态环境局 | 市林业局、市农业农村局",
        "2: 建设野生动物救护站。 | 市林业局 | 市财政局",
    ]
    assert division.tasks[0].deadline == date(2024, 6, 30)
    assert doubted(division) == []


def test_head_of_two_levels_whose_merges_were_lost() -> None:
    division = read(
        ("序号", "主要任务", "责任单位", ""),
        ("", "", "牵头", "配合"),
        ("1", "建设一体化政务服务平台。", "市政数局", "市直各部门"),
        ("2", "推进公共数据开放。", "市政数局", "市发展改革局、市司法局"),
    )
    assert told(division) == [
        "1: 建设一体化政务服务平台。 | 市政数局 | 市直各部门",
        "2: 推进公共数据开放。 | 市政数局 | 市发展改革局、市司法局",
    ]
    assert doubted(division) == []


def test_second_level_of_steps_beside_that_of_units() -> None:
    division = read(
        ("序号", "项目名称", "责任单位", "<", "进度安排", "<"),
        ("^", "^", "牵头单位", "配合单位", "一季度", "四季度"),
        ("1", "新建小学5所。", "区教育局", "区住建局", "立项", "竣工"),
        ("2", "建设社区食堂20家。", "区民政局", "各街道办事处", "选址", "建成"),
    )
    assert told(division) == [
        "1: 新建小学5所。 | 区教育局 | 区住建局",
        "2: 建设社区食堂20家。 | 区民政局 | 各街道办事处",
    ]


def test_units_that_neither_lead_nor_support_are_left_out() -> None:
    division = read(
        ("序号", "工作内容", "链主单位", "牵头单位", "参与单位"),
        ("1", "扩建气调库4万吨。", "果业公司", "县果业中心", "县农业农村局、县供销社"),
        ("2", "推进提氦项目。", "能源集团", "县工信局", "县应急局"),
    )
    assert told(division) == [
        "1: 扩建气调库4万吨。 | 县果业中心 | 县农业农村局、县供销社",
        "2: 推进提氦项目。 | 县工信局 | 县应急局",
    ]


def test_three_columns_of_units() -> None:
    division = read(
        ("编号", "任务名称", "牵头单位", "责任单位", "配合单位"),
        ("1", "完善养老服务设施布局。", "市民政局", "市自然资源局", "市财政局"),
        ("2", "发展老年教育。", "市教育局", "市委老干部局", "各县（区）政府"),
    )
    assert told(division) == [
        "1: 完善养老服务设施布局。 | 市民政局 | 市自然资源局、市财政局",
        "2: 发展老年教育。 | 市教育局 | 市委老干部局、各县（区）政府",
    ]
    assert doubted(division) == []


def test_hold_beside_support_leads_and_overseers_are_no_units() -> None:
    division = read(
        ("项目", "工作事项", "责任科室", "协同科室", "督办单位", "完成情况"),
        ("一", "清理历史积案。", "信访科", "办公室", "局办公室", ""),
        ("二", "建立接访台账。", "办公室", "信访科、法规科", "局办公室", ""),
    )
    assert told(division) == [
        "一: 清理历史积案。 | 信访科 | 办公室",
        "二: 建立接访台账。 | 办公室 | 信访科、法规科",
    ]


def test_main_responsible_beside_cooperating() -> None:
    division = read(
        ("序号", "重点工作任务", "主要责任单位", "协同配合单位"),
        ("1", "固定资产投资增长7.5%左右。", "区发改委", "区工信局、区住建局,各乡镇人民政府、街道办事处"),
        ("2", "安心托幼，每千人口托位数达到4.6个。", "区卫健委", "区教育局"),
    )
    assert told(division) == [
        "1: 固定资产投资增长7.5%左右。 | 区发改委 | 区工信局、区住建局、各乡镇人民政府、街道办事处",
        "2: 安心托幼，每千人口托位数达到4.6个。 | 区卫健委 | 区教育局",
    ]
    assert doubted(division) == []


def test_total_lead_stands_before_the_other_leads() -> None:
    division = read(
        ("序号", "目标任务", "总牵头部门", "牵头部门", "参与部门", "责任领导"),
        ("1", "打造城市一刻钟便民生活圈。", "市商务局", "市民政局", "市住建局", "王某"),
        ("2", "改造提升农贸市场。", "市商务局", "市市场监管局", "无", "王某"),
    )
    assert told(division) == [
        "1: 打造城市一刻钟便民生活圈。 | 市商务局、市民政局 | 市住建局",
        "2: 改造提升农贸市场。 | 市商务局、市市场监管局 | ",
    ]
    assert doubted(division) == []


def test_lead_column_alone() -> None:
    division = read(
        ("序号", "工作举措", "牵头单位"),
        ("1", "编制国土空间总体规划。", "市自然资源局"),
        ("2", "开展农村人居环境整治。", "市农业农村局\n市乡村振兴局"),
    )
    assert told(division) == [
        "1: 编制国土空间总体规划。 | 市自然资源局 | ",
        "2: 开展农村人居环境整治。 | 市农业农村局、市乡村振兴局 | ",
    ]
    assert division.form == "annex_one_column"
    assert doubted(division) == []


def test_number_column_without_a_head() -> None:
    division = read(
        ("", "任务内容", "实施主体", "支持单位"),
        ("1", "建设县级婚育文化主题公园。", "县卫健局", "县计生协"),
        ("2", "开展生育关怀行动。", "县计生协", "县总工会、团县委、县妇联"),
    )
    assert told(division) == [
        "1: 建设县级婚育文化主题公园。 | 县卫健局 | 县计生协",
        "2: 开展生育关怀行动。 | 县计生协 | 县总工会、团县委、县妇联",
    ]
    assert doubted(division) == []


def test_column_of_sections_of_an_office_beside_units_is_left_out() -> None:
    division = read(
        ("序号", "目标任务", "主办单位", "责任科室", "协办单位", "联系人"),
        ("1", "整治校园食品安全。", "市教育局", "体卫艺科", "市市场监管局", "某某"),
    )
    assert told(division) == ["1: 整治校园食品安全。 | 市教育局 | 市市场监管局"]
    assert doubted(division) == []


def test_title_rows_above_the_head_and_numbers_below_it() -> None:
    division = read(
        ("附件2", "<", "<", "<"),
        ("2023年全市营商环境重点任务分工表", "<", "<", "<"),
        ("序号", "重点举措", "牵头单位", "配合单位"),
        ("1", "2", "3", "4"),
        ("1", "推行告知承诺制。", "市行政审批局", "市司法局"),
        ("2", "落实公平竞争审查。", "市市场监管局", "各有关部门"),
    )
    assert told(division) == [
        "1: 推行告知承诺制。 | 市行政审批局 | 市司法局",
        "2: 落实公平竞争审查。 | 市市场监管局 | 各有关部门",
    ]
    assert doubted(division) == []
