"""Rosters of people: residents, migrants, elders, low-income households, disabled people, 户籍, platform workers."""

from datetime import date
from pathlib import Path

from .desk import Outcome, book, headings_of_two_rows, identity, keep, line, merged, note, title

PEOPLE = "people"


def residents(folder: Path) -> Path:
    """实有人口信息采集表: who fills it in under the title, headings of two rows, dots in dates, notes under it."""
    workbook, sheet = book(folder, "实有人口信息采集表.xlsx", "采集表")
    title(sheet, "香樟街道梧桐社区实有人口信息采集表", across=17)
    note(sheet, 2, "填报单位（盖章）：梧桐社区居委会        填表人：        填表日期：2026年11月10日", across=17)
    own = ["姓名", "性别", "民族", "出生日期", "公民身份号码", "文化程度", "政治面貌", "婚姻状况", "联系电话"]
    home = ["小区名称", "楼栋", "单元", "房号"]
    groups = [("序号", []), ("基本信息", own), ("现居住信息", home), ("户号", []), ("与户主关系", []), ("备注", [])]
    headings_of_two_rows(sheet, 3, groups)
    rows = [
        ("张伟", "男", "汉族", "1968.03.12", "19680312", 11, "高中", "群众", "已婚", "13983000011", "001", "户主"),
        ("王芳", "女", "汉族", "1970.11.02", "19701102", 22, "初中", "群众", "已婚", "13983000012", "001", "配偶"),
        (
            "张丽",
            "女",
            "汉族",
            "1996.06.30",
            "19960630",
            24,
            "大学本科",
            "共青团员",
            "未婚",
            "13983000013",
            "001",
            "女儿",
        ),
        ("刘强", "男", "土家族", "1955.01.08", "19550108", 31, "小学", "中共党员", "丧偶", "", "002", "户主"),
        ("陈静", "女", "汉族", "1984.09.17", "19840917", 42, "大专", "群众", "离异", "13983000015", "003", "户主"),
        ("陈浩", "男", "汉族", "2012.12.25", "20121225", 43, "小学", "群众", "未婚", "", "003", "儿子"),
        ("杨勇", "男", "苗族", "1979.05.05", "19790505", 51, "初中", "群众", "已婚", "13983000017", "004", "户主"),
        ("赵敏", "女", "汉族", "1981.02.14", "19810214", 52, "高中", "群众", "已婚", "13983000018", "004", "妻"),
    ]
    for place, row in enumerate(rows):
        name, sex, nation, day, born, number, *rest, phone, household, relation = row
        said = [
            place + 1,
            name,
            sex,
            nation,
            day,
            identity(born, number),
            *rest,
            phone,
            "梧桐苑",
            f"{place // 3 + 1}栋",
        ]
        line(sheet, place + 5, [*said, "1单元", f"{place + 1}01", household, relation, None])
    note(sheet, 14, "填表说明：1.“与户主关系”按户口簿填写；2.居住在本社区半年以上的均应登记。", across=17)
    note(sheet, 15, "社区负责人签字：                    网格员签字：", across=17)
    return keep(workbook)


RESIDENTS = Outcome(
    PEOPLE,
    {"B": "person.name", "C": "person.sex", "D": "person.nation", "E": "person.born_on", "F": "person.identity_number"}
    | {"G": "person.education", "H": "person.politics", "I": "person.marital", "J": "person.phone"}
    | {"K": "dwelling.compound", "L": "dwelling.building", "M": "dwelling.unit", "N": "dwelling.room"}
    | {"O": "household.number", "P": "person.relation"},
    unused="AQ",
    read=8,
    says={
        5: {"person.name": "张伟", "person.born_on": "1968-03-12", "person.phone": "13983000011"},
        8: {"person.name": "刘强", "person.identity_number": identity("19550108", 31)},
    },
)


def migrants(folder: Path) -> Path:
    """流动人口登记表: where one is registered and where one lives side by side, phones as numbers, and one identity
    number that was typed into a cell of numbers and lost its last digits."""
    workbook, sheet = book(folder, "流动人口登记表.xlsx")
    title(sheet, "流动人口登记表", across=13)
    headings = ["编号", "姓名", "性别", "出生年月日", "身份证号码", "户籍地址", "现居住地址", "联系方式", "务工单位"]
    line(sheet, 2, [*headings, "从事职业", "入住日期", "流入原因", "居住证编号"])
    names = ["周杰", "吴霞", "徐磊", "孙丽", "胡军", "朱琳", "高飞", "林燕", "何平", "郭涛"]
    for place, name in enumerate(names):
        born = date(1980 + place, place + 1, 10 + place)
        number = identity(f"{born:%Y%m%d}", 100 + place)
        at = place + 3
        said = [f"LD{place + 1:03}", name, "男" if place % 2 == 0 else "女", f"{born.year}年{born.month}月{born.day}日"]
        line(sheet, at, [*said, number, f"四川省某县某镇{place + 1}组", f"香樟街道樟树路{place + 8}号2单元301室"])
        line(sheet, at, [13883000100 + place, "香樟建筑公司", "木工", date(2024, 3, 1 + place)], first=8)
        line(sheet, at, ["务工", f"50019920240{place:03}"], first=12)
    line(sheet, 6, [500199198304130000], first=5)
    return keep(workbook)


MIGRANTS = Outcome(
    PEOPLE,
    {"B": "person.name", "C": "person.sex", "D": "person.born_on", "E": "person.identity_number"}
    | {"G": "dwelling.address", "H": "person.phone", "I": "person.workplace", "J": "person.occupation"}
    | {"K": "person.lives_since"},
    unused="AFLM",
    read=10,
    refused=1,
    says={
        3: {"person.name": "周杰", "person.born_on": "1980-01-10", "person.phone": "13883000100"},
        4: {"person.lives_since": "2024-03-02", "dwelling.address": "香樟街道樟树路9号2单元301室"},
    },
)


def elders(folder: Path) -> Path:
    """60岁以上老年人花名册: age beside the number, two telephones, blank rows between groups, a row of totals, and a
    second sheet that only explains."""
    workbook, sheet = book(folder, "老年人花名册.xlsx", "2026年")
    title(sheet, "2026年香樟街道60周岁以上老年人花名册", across=12)
    headings = ["序号", "所属网格", "姓名", "性别", "年龄", "身份证号", "家庭住址", "联系电话", "是否独居", "健康状况"]
    line(sheet, 3, [*headings, "紧急联系人", "紧急联系人电话"])
    names = ["李秀英", "王桂兰", "张玉珍", "刘建国", "陈淑兰", "杨德明", "黄素华", "赵志明", "吴玉兰"]
    at = 4
    for place, name in enumerate(names):
        if place in (3, 6):
            at += 1
        born = f"{1938 + place * 2}0{place % 9 + 1}15"
        sex = 0 if name[-1] in "英兰珍华" else 1
        said = [place + 1, f"第{place // 3 + 1}网格", name, "男" if sex else "女", 2026 - int(born[:4])]
        line(sheet, at, [*said, identity(born, 200 + place * 2 + sex), f"樟树路{place + 1}号附{place + 2}号"])
        line(
            sheet,
            at,
            [f"023-6830{place:04}", "是" if place % 3 else "否", "良好", "李明", f"1398300{place:04}"],
            first=8,
        )
        at += 1
    line(sheet, at, ["合计", None, "9人"])
    note(sheet, at + 2, "制表：            审核：            2026年10月", across=12)
    notes = workbook.add_worksheet("填报说明")
    line(notes, 1, ["1、年龄计算截至2026年12月31日。"])
    line(notes, 2, ["2、独居指单独居住。"])
    return keep(workbook)


ELDERS = Outcome(
    PEOPLE,
    {
        "C": "person.name",
        "D": "person.sex",
        "F": "person.identity_number",
        "G": "dwelling.address",
        "H": "person.phone",
    },
    unused="ABEIJKL",
    read=9,
    says={4: {"person.name": "李秀英"}, 8: {"person.name": "刘建国", "dwelling.address": "樟树路4号附5号"}},
)


def guaranteed(folder: Path) -> Path:
    """城市低保花名册: the head of the household merged down over its members, amounts and bank accounts beside."""
    workbook, sheet = book(folder, "低保花名册.xlsx")
    title(sheet, "香樟街道城市低保对象花名册（2026年第三季度）", across=11)
    note(sheet, 2, "单位：元", across=11)
    headings = ["序号", "户主姓名", "成员姓名", "性别", "与户主关系", "身份证号码", "救助类别", "月保障金（元）"]
    line(sheet, 3, [*headings, "开户银行", "银行账号", "家庭住址"])
    households = [["罗勇", "蒋敏", "罗小兵"], ["唐秀兰"], ["韩军", "冯丽"], ["邓玉华"]]
    at, number = 4, 0
    for place, members in enumerate(households):
        for column in (2, 8, 9, 10, 11):
            merged(sheet, "", row=at, column=column, down=len(members))
        line(sheet, at, [None, members[0]])
        line(
            sheet, at, [717 * len(members), "重庆农村商业银行", f"62284800{place:011}", f"黄葛路{place + 3}号"], first=8
        )
        for turn, name in enumerate(members):
            number += 1
            sex = 1 if name in ("罗勇", "罗小兵", "韩军") else 0
            relation = "户主" if turn == 0 else ("妻", "儿子")[turn - 1]
            born = f"{1962 + 3 * place + 25 * (turn == 2)}0704"
            kind = "低保边缘" if place == 2 else "低保"
            said = [name, "男" if sex else "女", relation, identity(born, 300 + number * 2 + sex), kind]
            line(sheet, at, [number, None, *said])
            at += 1
    return keep(workbook)


GUARANTEED = Outcome(
    PEOPLE,
    {"B": "household.head", "C": "person.name", "D": "person.sex", "E": "person.relation"}
    | {"F": "person.identity_number", "G": "person.low_income", "K": "dwelling.address"},
    unused="AHIJ",
    read=7,
    says={
        4: {"person.name": "罗勇", "household.head": "罗勇", "person.low_income": "1"},
        5: {"person.name": "蒋敏", "person.relation": "12", "dwelling.address": "黄葛路3号"},
        8: {"person.name": "韩军", "person.low_income": "3"},
    },
)


def disabled(folder: Path) -> Path:
    """持证残疾人花名册: a certificate number that holds the identity number, kind and level in one, and a guardian."""
    workbook, sheet = book(folder, "残疾人花名册.xlsx", "残疾人")
    title(sheet, "梧桐社区持证残疾人花名册", across=11)
    headings = ["序号", "姓名", "性别", "残疾人证号", "残疾类别", "残疾等级", "文化程度", "监护人姓名", "监护人电话"]
    line(sheet, 2, [*headings, "本人联系电话", "现住址"])
    rows = [
        ("许强", "男", "19590821", "肢体", "二级"),
        ("曾丽", "女", "19720310", "视力", "一级"),
        ("彭军", "男", "19880229", "智力", "三级"),
        ("吕霞", "女", "19650618", "听力", "四级"),
        ("苏明", "男", "20010101", "精神", "二级"),
        ("卢燕", "女", "19910911", "言语残疾", "叁级"),
    ]
    kinds = {"肢体": 4, "视力": 1, "智力": 5, "听力": 2, "精神": 6, "言语残疾": 3}
    for place, (name, sex, born, kind, level) in enumerate(rows):
        held = identity(born, 400 + place * 2 + (sex == "男"))
        certificate = f"{held}{kinds[kind]}{'一二三四叁'.index(level[0]) % 4 + 1}"
        said = [place + 1, name, sex, certificate, kind, level, "初中", "许父" if place == 0 else "无"]
        line(
            sheet,
            place + 3,
            [*said, f"1398300200{place}", f"1378300200{place}", f"香樟街道樟树路{place + 20}号1单元201"],
        )
    note(sheet, 10, "注：残疾人证号为20位，前18位为身份证号。", across=11)
    return keep(workbook)


DISABLED = Outcome(
    PEOPLE,
    {"B": "person.name", "C": "person.sex", "E": "person.disability_kind", "F": "person.disability_level"}
    | {"G": "person.education", "J": "person.phone", "K": "dwelling.address"},
    unused="ADHI",
    read=6,
    says={3: {"person.disability_kind": "4", "person.disability_level": "2", "person.phone": "13783002000"}},
)


def registered(folder: Path) -> Path:
    """户籍人口台账: by household, the head's name in its first row alone, dates and household numbers as numbers."""
    workbook, sheet = book(folder, "户籍人口台账.xlsx", "户籍")
    headings = ["户号", "户主姓名", "姓名", "曾用名", "与户主关系", "性别", "民族", "出生日期", "公民身份号码", "籍贯"]
    line(sheet, 1, [*headings, "文化程度", "婚姻状况", "职业", "服务处所", "何时何地迁来本址", "住址"])
    households = [
        [("马建军", "户主", "19580203"), ("沈玉梅", "妻", "19600514"), ("马超", "长子", "19850719")],
        [("田志强", "户主", "19700808"), ("任红", "配偶", "19721120"), ("田甜", "独生女", "19990606")],
        [("姜秀芳", "户主", "19450930")],
        [("范伟", "户主", "19900101"), ("范小雨", "次女", "20180315")],
    ]
    at = 2
    for place, members in enumerate(households):
        for turn, (name, relation, born) in enumerate(members):
            sex = 0 if relation in ("妻", "配偶", "独生女", "次女") or name == "姜秀芳" else 1
            said = [
                500199010 + place,
                members[0][0] if turn == 0 else None,
                name,
                None,
                relation,
                "男" if sex else "女",
            ]
            line(sheet, at, [*said, "汉", int(born), identity(born, 500 + at * 2 + sex), "重庆江津", "初中"])
            line(
                sheet, at, ["已婚", "工人", "江津机械厂", "1998年由永川迁入", f"香樟街道黄葛路{place + 60}号"], first=12
            )
            at += 1
    return keep(workbook)


REGISTERED = Outcome(
    PEOPLE,
    {"A": "household.number", "B": "household.head", "C": "person.name", "E": "person.relation"}
    | {"F": "person.sex", "G": "person.nation", "H": "person.born_on", "I": "person.identity_number"}
    | {"J": "person.native_place", "K": "person.education", "L": "person.marital", "M": "person.occupation"}
    | {"N": "person.workplace", "P": "dwelling.address", "D": "person.former_name"},
    unused="O",
    read=9,
    says={
        2: {"household.number": "500199010", "person.born_on": "1958-02-03", "person.relation": "01"},
        4: {"person.name": "马超", "person.relation": "22", "household.number": "500199010"},
    },
)


def riders(folder: Path) -> Path:
    """新就业群体信息登记表: a cover sheet first, spaces inside names and headings, dashes for nothing."""
    workbook, cover = book(folder, "新就业群体登记表.xlsx", "封面")
    title(cover, "新就业群体信息登记册", across=6, row=5)
    line(cover, 9, ["编制单位：香樟街道党工委"])
    sheet = workbook.add_worksheet("登记表")
    title(sheet, "新就业群体信息登记表", across=11)
    headings = ["序号", "姓 名", "性 别", "年 龄", "身份证号", "手机号码", "所在企业（平台）", "从事工种", "政治面貌"]
    line(sheet, 2, [*headings, "现居住地", "车牌号"])
    rows = [
        ("谢 军", "男", "19930415", "外卖骑手", "群众"),
        ("宋 佳", "女", "19970823", "网约车司机", "共青团员"),
        ("唐 亮", "男", "19890102", "快递员", "中共党员"),
        ("许 飞", "男", "20001130", "外卖骑手", "共青团员"),
        ("邓 超 群", "男", "19910620", "货车司机", "群众"),
    ]
    for place, (name, sex, born, work, politics) in enumerate(rows):
        said = [place + 1, name, sex, 2026 - int(born[:4]), identity(born, 600 + place * 2 + (sex == "男"))]
        line(sheet, place + 3, [*said, f"136 8300 300{place}", "某某骑手平台", work, politics])
        line(sheet, place + 3, [f"福源庭院{place + 1}栋2单元1203", "——"], first=10)
    return keep(workbook)


RIDERS = Outcome(
    PEOPLE,
    {"B": "person.name", "C": "person.sex", "E": "person.identity_number", "F": "person.phone"}
    | {"G": "person.workplace", "H": "person.occupation", "I": "person.politics", "J": "dwelling.address"},
    unused="ADK",
    read=5,
    says={
        3: {"person.name": "谢军", "person.phone": "13683003000"},
        7: {"person.name": "邓超群", "dwelling.address": "福源庭院5栋2单元1203"},
    },
)
