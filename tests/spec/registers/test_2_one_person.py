"""A line of a file and someone already known are the same person, perhaps the same, or others. What is not given
speaks neither for nor against. What is perhaps the same is never joined by the program: a person looks at it. In the
tables ~ parts what one and the other say; where it is missing they say the same.
"""

from linli.bulk.matching.judging import Verdict, judge
from tests.rooms.bulk.folk import someone, usual
from tests.spec.tables import rows

title = "Who is one person"


def shown(table: str) -> None:
    """Each row is a pair; a cell with an arrow says what one and the other have, any other cell what both have."""
    for row in rows(table):
        asked = row.pop("are")
        sides: list[dict[str, object]] = [{}, {}]
        for head, cell in row.items():
            for side, value in zip(sides, [part.strip() for part in (f"{cell} ~ {cell}").split("~")], strict=False):
                side[head] = value.replace("–", "")
            if "~" in cell:
                for side, value in zip(sides, [part.strip() for part in cell.split("~")], strict=True):
                    side[head] = value.replace("–", "")
        for side in sides:
            number = str(side.get("number", ""))
            side |= {"number": number.rstrip("?"), "sound": None if not number else not number.endswith("?")}
        both = [someone(**side) for side in sides]
        for one, other in (both, both[::-1]):
            told = judge(one, other, usual(), among=30_000)
            assert told.verdict == Verdict[asked.upper()], (row, told)


def test_the_number_says_it():
    """One identity number is one person when the name bears it out, however it is spelled, and even when they moved.
    With quite another name, or half another and no birthday, it may be a number copied from the line above."""
    shown("""
        name            | born                    | number | compound            | are
        王伟            | 1985-03-12              | A      | 香樟苑 ~ 滨江花园   | same
        王伟 ~ 王玮     | 1985-03-12              | A      | 香樟苑 ~ 滨江花园   | same
        王伟            | 1985-03-12 ~ 1985-03-21 | A      | 香樟苑              | same
        王伟            | – ~ 1985-03-12          | A      | 香樟苑              | same
        王小明 ~ 王小朋 | 2012-05-01              | A      | 香樟苑              | same
        王小明 ~ 王小芳 | –                       | A      | 香樟苑              | perhaps
        王大力 ~ 王小芳 | 2012-05-01              | A      | 香樟苑              | perhaps
        王伟 ~ 李秀英   | 1985-03-12              | A      | 香樟苑              | perhaps
    """)


def test_another_number_is_never_silently_the_same():
    """A question mark says that the check digit of a number fails. Two different numbers that both hold are two people,
    unless everything else agrees: then someone's number may have been taken for another's."""
    shown("""
        name            | born       | number  | phone | are
        王伟            | 1985-03-12 | A ~ B?  | 1     | perhaps
        王伟            | 1985-03-12 | A ~ B   | 1     | perhaps
        王小明 ~ 王小芳 | 2012-05-01 | A ~ B   | 1     | other
        王伟 ~ 李秀英   | 1985-03-12 | A ~ B   | 1     | other
    """)


def test_one_digit_wrong():
    """Where the numbers themselves are at hand, or the digest of their last four signs, a slip is seen."""
    shown("""
        name | born       | number                                    | tail        | are
        王伟 | 1985-03-12 | 500199198503121234 ~ 500199198503121235?  |             | perhaps
        王伟 | 1985-03-12 | digest-1 ~ digest-2                       | tail ~ tail | perhaps
    """)


def test_without_a_number():
    """Name and birth date, and a phone or a home beside them, are enough; of the rarer names even alone. The commonest
    names are not, and nobody is linked by name and address."""
    shown("""
        name   | born                    | phone | compound          | door    | are
        王伟   | 1985-03-12              | 1     |                   |         | same
        王伟   | 1985-03-12              |       | 香樟苑            | 3-2-501 | same
        王伟   | 1985-03-12              |       | 香樟苑 ~ 滨江花园 | 3-2-501 | perhaps
        欧阳璞 | 1985-03-12              |       | 香樟苑 ~ 滨江花园 | 3-2-501 | same
        王伟   | –                       |       | 香樟苑            | 3-2-501 | perhaps
        王伟   | 1985-03-12 ~ 1985-12-03 | 1     | 香樟苑            | 3-2-501 | same
        王伟   | 1985-03-12 ~ 1985-08-30 | 1     | 香樟苑            | 3-2-501 | perhaps
        王伟   | –                       |       |                   |         | other
        王伟 ~ 伟王 | 1985-03-12         | 1     |                   |         | same
    """)


def test_one_family():
    """Twins share birthday, home and phone; father and son may share all but the birthday; so do wife and husband."""
    shown("""
        name            | born                    | sex     | number | phone | compound | door | are
        王子轩 ~ 王子涵 | 2012-05-01              | 男      | A ~ B  | 1     | 香樟苑   | 501  | other
        王子轩 ~ 王子涵 | 2012-05-01              | 男      | –      | 1     | 香樟苑   | 501  | perhaps
        王子轩 ~ 王紫萱 | 2012-05-01              | 男 ~ 女 | –      | 1     | 香樟苑   | 501  | perhaps
        王佳怡 ~ 王佳宜 | 2012-05-01              | 女      | –      | 1     | 香樟苑   | 501  | perhaps
        王建国          | 1962-03-05 ~ 1992-03-05 | 男      | –      | 1     | 香樟苑   | 501  | other
        王建国 ~ 李秀英 | 1962-03-05 ~ 1963-09-14 | 男 ~ 女 | –      | 1     | 香樟苑   | 501  | other
        王建国 ~ 王秀英 | 1962-03-05 ~ 1963-09-14 | 男 ~ 女 | –      | 1     | 香樟苑   | 501  | other
    """)


def test_the_reasons():
    """Each field says how it stands."""
    for row in rows("""
        field   | one         | other       | said
        name    | 王伟        | 王玮        | sounds alike
        name    | 刘宁        | 牛林        | sounds alike
        name    | 王伟        | 伟王        | family and given name the other way round
        name    | 王小明      | 王小芳      | one sign in common
        born    | 1985-03-12  | 1985-12-03  | day and month swapped
        born    | 1985-03-12  | 1985-03-13  | one digit different
        born    | 1985-03-12  | 1985-03-21  | neighbours swapped
        born    | 1985-03-12  | 1985-08-30  | the same year
        phone   | 13800000001 | 13800000010 | neighbours swapped
        sex     | 男          | 女          | different
        sex     | 男          |             | not known
    """):
        told = judge(someone(**{row["field"]: row["one"]}), someone(**{row["field"]: row["other"]}), usual())
        assert row["said"] in [each.words for each in told.reasons], (row, told)
