"""What values look like: identity numbers, mobiles, days, sex, kinship, room numbers, credit codes."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from linli.ground import identity

from .cells import Cell, is_empty
from .days import Month, day
from .values import SCIENTIFIC, narrow, number

SEX = frozenset("男 女 男性 女性 1 2 m f male female".split())  # noqa: SIM905
NATIONS = frozenset(
    """
    汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎
    傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯
    阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
    """.split()  # noqa: SIM905 - a list to be read
)
KIN = re.compile(
    r"户主|本人|配偶|夫|妻|丈夫|妻子|(长|次|三|四|五|六|养|继|独生)?(子|女|儿子|女儿)|父亲?|母亲?|公公|婆婆|岳父|岳母|祖父|祖母"
    r"|爷爷|奶奶|外祖父|外祖母|外?孙(子|女|子女)?|儿媳|女婿|媳妇|兄|弟|姐|妹|哥哥|弟弟|姐姐|妹妹|兄弟姐妹|侄[子女]?|外甥女?"
    r"|其他(亲属)?|非亲属|租客|保姆"
)
MARRIED = frozenset("未婚 已婚 丧偶 离婚 离异 初婚 再婚 复婚 未说明的婚姻状况".split())  # noqa: SIM905
SCHOOLING = re.compile(
    r"半?文盲|学龄前|小学|初中.*|高中.*|中专|中技|技校|职高|大专|专科|大学(专科|本科)?|本科|硕士|博士|研究生"
)
PARTY = re.compile(r"群众|(中共)?(预备)?党员|(共青)?团员|民主党派|无党派.*|少先队员|民革.*|民盟.*|九三.*")
ROOM = re.compile(r"\d{3,4}[室号]?")
PLACE = re.compile(r"\d{1,3}\s*(?:-|#|栋|幢|号楼|座)\s*(?:\d{1,2}\s*(?:-|单元)\s*)?\d{1,4}(?:-\d{1,2})?(?:号|室|房)?")
ADDRESS = re.compile(
    r".*(路|街|巷|道|村|组|社|小区|花园|苑|号|栋|幢|单元|镇|乡|区|县).*\d.*|.*[省市区县].*[路街镇乡村].*"
)
FIRM = re.compile(
    r".*(公司|集团|厂|店|超市|中心|合作社|经营部|工作室|银行|学校|医院|协会|委员会|餐馆|饭店|药房|门市部|馆|社|局|所|站)"
)
# The hundred commonest surnames and some of the south-west's: enough to tell a column of names.
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "冉向牟秋蒲古庞骆代肖严简娄晏"
)
GIVEN = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff]{2,}·[\u4e00-\u9fff·]{2,}")

Shape = Callable[[Cell], bool]


def _said(cell: Cell) -> str:
    found = narrow(cell)
    return found if isinstance(found, str) else ""


def citizen(cell: Cell) -> bool:
    """An ID number, even a damaged one or one with a wrong check sign.

    >>> [citizen(each) for each in ("11010519491231002X", "110105491231002", "1.10105E+17", "13800000001")]
    [True, True, True, False]
    """
    if isinstance(cell, float) and 1e17 <= cell < 1e18:
        return True
    said = identity.tidied(_said(cell) or (str(cell) if isinstance(cell, str) else ""))
    lost = SCIENTIFIC.fullmatch(said)
    if lost:
        return lost[1] in ("14", "17")
    if re.fullmatch(r"\d{15}", said):
        return identity.citizen(said).born_on is not None
    return bool(re.fullmatch(r"[1-9]\d{16}[\dX]", said)) and 1850 <= int(said[6:10]) <= 2100


def credit(cell: Cell) -> bool:
    """A credit code: begins like one, and is not an ID number.

    >>> credit("91110000101623741K"), credit("11010519491231002X")
    (True, False)
    """
    said = identity.tidied(_said(cell))
    return bool(re.fullmatch(r"[159NYA][1-9A-Z]\d{6}[0-9A-HJ-NPQRTUWXY]{10}", said)) and not citizen(cell)


def mobile(cell: Cell) -> bool:
    """A mobile number, or several."""
    said = re.sub(r"[\s-]|^\+?86(?=1)", "", _said(cell))
    return bool(re.match(r"1[3-9]\d{9}(?!\d)", said))


def dated(cell: Cell) -> bool:
    """A day or month of somebody's life.

    >>> [dated(each) for each in ("1956-08", "20240305", date(2024, 3, 5), "5/3/2024", 45356.0, "501")]
    [True, True, True, True, False, False]
    """
    if isinstance(cell, str):
        found = day(cell)
        return isinstance(found, date | Month) or (
            "2024-03-05" in getattr(found, "words", "")
            and bool(re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", cell.strip()))
        )
    return isinstance(cell, date)


def counted(cell: Cell) -> bool:
    """A number."""
    return isinstance(number(cell), float)


def sex(cell: Cell) -> bool:
    """Male or female, in signs or figures."""
    return _said(cell).lower() in SEX


def nation(cell: Cell) -> bool:
    """One of the fifty-six."""
    said = _said(cell)
    return (said.endswith("族") and said[:-1] in NATIONS) or said in NATIONS


def kin(cell: Cell) -> bool:
    """A relation to the head of a household."""
    return bool(KIN.fullmatch(_said(cell)))


def married(cell: Cell) -> bool:
    """A marital state."""
    return _said(cell) in MARRIED


def schooling(cell: Cell) -> bool:
    """A level of education."""
    return bool(SCHOOLING.fullmatch(_said(cell)))


def party(cell: Cell) -> bool:
    """A political affiliation."""
    return bool(PARTY.fullmatch(_said(cell)))


def room(cell: Cell) -> bool:
    """Building, unit, room: `3-2-501`, `3栋2单元501`; or the room alone: `501`, `1203室`."""
    return bool(PLACE.fullmatch(said := _said(cell)) or ROOM.fullmatch(said))


def address(cell: Cell) -> bool:
    """An address in words."""
    said = _said(cell)
    return len(said) >= 6 and bool(ADDRESS.fullmatch(said))


def firm(cell: Cell) -> bool:
    """What a business is called."""
    said = _said(cell)
    return len(said) >= 4 and bool(FIRM.fullmatch(said))


def person(cell: Cell) -> bool:
    """A person's name.

    >>> [person(each) for each in ("张三", "欧阳修", "阿依古丽·买买提", "汉族", "滨江路")]
    [True, True, True, False, False]
    """
    said = _said(cell).replace(" ", "")
    known = said[:1] in SURNAMES or "·" in said or said[:2] in ("欧阳", "司马", "上官", "诸葛", "令狐")
    return known and bool(GIVEN.fullmatch(said)) and not (nation(said) or kin(said))


SHAPES: dict[str, Shape] = {
    "citizen": citizen,
    "credit": credit,
    "mobile": mobile,
    "day": dated,
    "number": counted,
    "sex": sex,
    "nation": nation,
    "kin": kin,
    "married": married,
    "schooling": schooling,
    "party": party,
    "room": room,
    "address": address,
    "firm": firm,
    "person": person,
}


def share(shape: Shape, cells: Iterable[Cell]) -> float:
    """The part of the filled cells that have this shape; 0 where all are empty.

    >>> share(sex, ["男", "女", "", "不详"])
    0.6666666666666666
    """
    filled = [cell for cell in cells if not is_empty(cell)]
    return sum(map(shape, filled)) / len(filled) if filled else 0.0
