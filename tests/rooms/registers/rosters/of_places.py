"""Rosters of dwellings and of businesses."""

from datetime import date
from pathlib import Path

from .desk import Outcome, book, headings_of_two_rows, keep, line, note, title


def dwellings(folder: Path) -> Path:
    """房屋信息采集表: areas with their unit, an owner beside, one line that says no room and no address."""
    workbook, sheet = book(folder, "房屋信息采集表.xlsx")
    title(sheet, "房屋信息采集表", across=12)
    headings = [
        "序号",
        "房屋地址",
        "小区（楼盘）名称",
        "楼栋号",
        "单元号",
        "房号",
        "建筑面积（㎡）",
        "房屋用途",
        "使用情况",
    ]
    line(sheet, 2, [*headings, "产权人", "产权人联系电话", "备注"])
    for place in range(10):
        at, room = place + 3, f"{place // 2 + 1}0{place % 2 + 1}"
        area = f"{88 + place}.5㎡" if place % 2 else 88.5 + place
        said = [place + 1, f"香樟街道樟树路18号梧桐苑2栋1单元{room}", "梧桐苑", "2栋", "1单元", room, area]
        line(sheet, at, [*said, "住宅", ("自住", "出租", "空置")[place % 3], "张伟", "13983000011"])
    line(sheet, 13, [11, None, None, None, None, None, 70, "住宅", "空置", "李梅", None, "地址待核"])
    return keep(workbook)


DWELLINGS = Outcome(
    "dwellings",
    {"B": "dwelling.address", "C": "dwelling.compound", "D": "dwelling.building", "E": "dwelling.unit"}
    | {"F": "dwelling.room", "G": "dwelling.square_metres", "H": "dwelling.use", "I": "dwelling.tenure"},
    unused="AJKL",
    read=11,
    refused=1,
    says={4: {"dwelling.room": "102", "dwelling.square_metres": "89.5", "dwelling.tenure": "2"}},
)

CREDIT = ("92500116MA5U0A2B3", "92500116MA5U0C4D5", "92500116MA5U0E6F7", "92500116MA5U0G8H9")
SIGNS, TURNS = "0123456789ABCDEFGHJKLMNPQRTUWXY", (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit(first: str) -> str:
    """A credit code nobody bears, its check sign right."""
    left = 31 - sum(SIGNS.index(sign) * turn for sign, turn in zip(first, TURNS, strict=True)) % 31
    return first + SIGNS[left % 31]


def traders(folder: Path) -> Path:
    """个体工商户台账: the one who runs it, days in words, a line without a name, a signature under it."""
    workbook, sheet = book(folder, "个体工商户台账.xlsx", "台账")
    title(sheet, "个体工商户登记台账", across=10)
    headings = ["序号", "字号名称", "经营者姓名", "统一社会信用代码", "经营范围", "经营场所", "联系电话", "从业人数"]
    line(sheet, 3, [*headings, "成立日期", "经营状态"])
    names = ["香樟便利店", "老张面馆", "梧桐理发店", "福源五金", "江畔茶楼", "小李水果店", None, "阿芳裁缝铺"]
    for place, name in enumerate(names):
        code = credit(CREDIT[place % 4][:-2] + f"{place}{place}")
        said = [place + 1, name, ("张伟", "王芳", "刘强")[place % 3], code, "食品零售", f"樟树路{place + 1}号附1号"]
        line(sheet, place + 4, [*said, f"1380000{place:04}", place + 1, f"2019年{place + 1}月5日", "存续"])
    note(sheet, 13, "填表人：王芳    填表日期：2026年9月30日", across=10)
    return keep(workbook)


TRADERS = Outcome(
    "businesses",
    {"B": "business.name", "C": "business.head", "D": "business.credit_code", "E": "business.trade"}
    | {"F": "business.address", "G": "business.phone", "H": "business.staff", "I": "business.opened_on"},
    unused="AJ",
    read=8,
    refused=1,
    says={5: {"business.name": "老张面馆", "business.opened_on": "2019-02-05", "business.staff": "2"}},
)


def shops(folder: Path) -> Path:
    """沿街商铺台账: headings of two rows with inspections, opened in a month, the street as a row of its own."""
    workbook, sheet = book(folder, "沿街商铺台账.xlsx", "沿街商铺")
    title(sheet, "樟树路沿街商铺基础信息台账", across=12)
    groups = [
        ("序号", []),
        ("店铺名称", []),
        ("门牌号", []),
        ("经营业态", []),
        ("店主信息", ["姓名", "联系电话"]),
        ("营业执照号", []),
        ("从业人员数", []),
        ("开业时间", []),
        ("消防安全", ["灭火器", "应急灯"]),
        ("备注", []),
    ]
    headings_of_two_rows(sheet, 2, groups)
    for place in range(9):
        at = place + 4
        name = ("佳佳奶茶", "渝味小面", "同心药房", "宏达手机维修", "美美服装")[place % 5] + (
            "" if place < 5 else "二店"
        )
        said = [
            place + 1,
            name,
            f"樟树路{place * 2 + 1}号",
            ("餐饮", "零售", "服务")[place % 3],
            "何平",
            f"1370000{place:04}",
        ]
        code = credit(f"91500116MA60B{place}C{place}D")
        line(sheet, at, [*said, code, place + 2, date(2021, place + 1, 1), "有", "无", None])
    line(sheet, 13, ["小计", "9家"])
    return keep(workbook)


SHOPS = Outcome(
    "businesses",
    {"B": "business.name", "C": "business.address", "D": "business.trade", "E": "business.head"}
    | {"F": "business.phone", "G": "business.credit_code", "H": "business.staff", "I": "business.opened_on"},
    unused="AJKL",
    read=9,
    says={5: {"business.name": "渝味小面", "business.head": "何平", "business.opened_on": "2021-02-01"}},
)
