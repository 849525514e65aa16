"""A notice is read from its own words, or from a sheet."""

from datetime import date

import pytest

from linli.clocks import reading, shipped

OF_2026 = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
2025年11月4日"""


def test_the_words_of_a_notice_say_what_the_table_says():
    told = reading.whole(OF_2026, number="", year=2026, issued=date(2025, 11, 4))
    known = shipped.notices()[-1]
    assert told.number == known.number
    assert {(line.day, line.works, line.name) for line in told.lines} == {
        (line.day, line.works, line.name) for line in known.lines
    }


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日上班。", "1230- 1231- 0101- 1229+"),
        ("二、元旦：1月1日放假，1月2日（星期一）补休。", "0101- 0102-"),
        ("三、国庆节：9月29日至10月6日放假调休。10月7日（周六）、10月8日（周日）上班。",
         "0929- 0930- 1001- 1002- 1003- 1004- 1005- 1006- 1007+ 1008+"),
        ("这里没有安排。", ""),
    ],
)  # fmt: skip
def test_spans_over_months_and_years(said, days):
    lines = reading.lines_in(said, 2019)
    assert sorted(f"{line.day:%m%d}{'+' if line.works else '-'}" for line in lines) == sorted(days.split())


@pytest.mark.parametrize("cells", [{"day": "soon", "kind": "放假"}, {"day": "2027-01-01", "kind": "maybe"}])
def test_a_sheet_is_refused_at_its_first_wrong_line(cells):
    with pytest.raises(reading.SheetWrong):
        reading.told_by_sheet([(2, cells)])
