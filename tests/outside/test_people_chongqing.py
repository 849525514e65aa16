"""From `linli init` on a real township: posts from a sheet, invited, signed in, each seeing its own area.

Commands and pages as people use them: an installation of its own, its server, one browser for each person. Names of
areas and their borders are open to everyone (decision 9), and so are the tree, the search and the tiles; what is one's
own is everything else.
"""

import csv
import gzip
import io
import os
import re
import secrets
import urllib.parse
import urllib.request
from html import unescape
from pathlib import Path

import pytest
import xlsxwriter

from tests.fault.house import PASSWORD, Browser, House

pytestmark = pytest.mark.outside

FOLDER = Path(os.environ.get("LINLI_OUTSIDE") or Path(__file__).parents[3] / "shared" / "data") / "geo"
TABLE = "chongqing_communities_2023.csv.gz"
TOWN, NEXT = "500101001", "500101017"  # two townships of one district, as the table has them


def communities() -> list[dict[str, str]]:
    """The rows of the district; the suite is only run when asked for, so a missing file is a failure."""
    path = FOLDER / TABLE
    if not path.is_file():
        pytest.fail(f"{TABLE} is not in {FOLDER}: set LINLI_OUTSIDE to the folder of the outside data.")
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as opened:
        return [row for row in csv.DictReader(opened) if row["district_code"] == TOWN[:6]]


class Person(Browser):
    """A browser that can fill in a form, and send a file."""

    def token(self, path: str) -> str:
        status, page = self.get(path)
        assert status == 200, (path, status)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, path
        return found[1]

    def sent(self, path: str, **fields: str) -> tuple[int, str]:
        return self.post(path, csrfmiddlewaretoken=self.token(path), **fields)

    def sent_file(self, path: str, name: str, content: bytes) -> tuple[int, str]:
        """A form with a file in it, as browsers send it."""
        edge = secrets.token_hex(12)
        told = [f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token(path)}\r\n']
        told += [f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n']
        body = "".join(told).encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}", "Referer": self.address}
        return self.ask(urllib.request.Request(self.address + path, data=body, headers=kind))


def workbook(rows: list[list[str]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("岗位")
    for number, row in enumerate([["姓名", "角色", "区划代码"], *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


@pytest.fixture
def house(tmp_path):
    """`linli init`, then the district's divisions."""
    table = tmp_path / "district.csv"
    rows = communities()
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    mine = House(tmp_path / "data").begin()
    mine.did("areas", "import", "--codes", str(table), "--root", "50:重庆市")
    yield mine
    mine.close()


def test_from_init_to_everyone_at_work_in_their_own_area(house):
    areas = {row["community_code"]: row["community"] for row in communities()}
    names = {row["street_code"]: row["street"] for row in communities()} | areas
    here = sorted(code for code in areas if code.startswith(TOWN))[:3]
    there = next(code for code in sorted(areas) if code.startswith(NEXT))
    posts = {
        "罗平": ("平台管理员", TOWN),
        "何街": ("指挥中心调度员", TOWN),
        "周一": ("社区工作者", here[0]),
        "周二": ("社区书记", here[1]),
        "周三": ("社区工作者", here[2]),
        "外人": ("社区书记", there),
    }
    with house.served() as served:
        port = int(served.address.rpartition(":")[2])
        boss = Person(port)
        links = invited(boss, posts)
        people = {name: joined(Person(port), link, name, number) for number, (name, link) in enumerate(links.items())}
        refs = references(boss)
        told = {name: what_one_finds(people[name], area, posts, refs) for name, (_role, area) in posts.items()}
    for name, (role, area) in posts.items():
        inside = {other for other, (_role, place) in posts.items() if place.startswith(area)}
        found = told[name]
        assert names[area] in found["home"], (name, "one's own area stands on the home page")
        assert found["timeline"] == inside, (name, "what is told of on the timeline")
        assert found["elsewhere"] == 404, (name, "the timeline of another area")
        assert found["persons"] == inside, (name, "whose page is there; for all others 404")
        assert found["drawing"] == (
            {place for _r, place in posts.values() if place.startswith(area)} if role in DRAW else set()
        )
        assert found["people"] == (inside if role == "平台管理员" else 403)
        assert found["open"] == {"tree": 200, "search": 200, "tile": 204}
    assert told["罗平"]["people"] == set(posts) - {"外人"}, "the township's administrator sees the township's posts"


DRAW = ("平台管理员", "社区工作者", "社区书记")


def invited(boss: Person, posts) -> dict[str, str]:
    """The administrator sends the sheet, looks it through, offers all; each has a link."""
    assert boss.sign_in() == 303
    content = workbook([[name, role, area] for name, (role, area) in posts.items()])
    status, looked = boss.sent_file("/people/sheet", "岗位.xlsx", content)
    assert status == 200, looked[-2000:]
    staged = re.search(r'name="staged" value="([^"]+)"', looked)
    assert staged, "something of the sheet is to be mended"
    status, page = boss.sent("/people/sheet", staged=unescape(staged[1]))
    assert status == 200
    cards = re.findall(r"<h2>([^<]+)</h2>.*?(/join/[\w-]+)</p>", page, re.S)
    assert [name for name, _link in cards] == list(posts)
    return dict(cards)


def joined(newcomer: Person, link: str, name: str, number: int) -> Person:
    """They open their account by their link, once, and sign in."""
    called = f"p{number}"
    status, page = newcomer.get(link)
    assert (status, name in page) == (200, True)
    assert newcomer.sent(link, sign_in_name=called, password=PASSWORD, again=PASSWORD)[0] == 303
    assert newcomer.get(link)[0] == 410
    assert newcomer.sign_in(called) == 303
    return newcomer


def references(boss: Person) -> dict[str, str]:
    """The reference of each person, as the administrator's list of people shows them."""
    page = boss.get("/people/")[1]
    return {name: ref for ref, name in re.findall(r'/people/(A-\w{5}-\w{2})/"[^>]*>([^<]+)<', page)}


def what_one_finds(person: Person, mine: str, posts, refs: dict[str, str]) -> dict[str, object]:
    """What the pages show someone, whoever they are."""
    timeline, everyone = person.get("/journal/"), person.get("/people/")
    other = next(area for _role, area in posts.values() if not area.startswith(mine))
    return {
        "home": person.get("/")[1],
        "timeline": {name for name in posts if name in timeline[1]} if timeline[0] == 200 else timeline[0],
        "elsewhere": person.get(f"/journal/?area={other}")[0],
        "persons": {name for name in posts if person.get(f"/people/{refs[name]}/")[0] == 200},
        "drawing": {area for _role, area in posts.values() if person.get(f"/areas/{area}/edit")[0] == 200},
        "people": {name for name in posts if name in everyone[1]} if everyone[0] == 200 else everyone[0],
        "open": {
            "tree": person.get("/areas/")[0],
            "search": person.get(f"/areas/?q={urllib.parse.quote('社区')}")[0],
            "tile": person.get("/tiles/areas/any/14/0/0.mvt")[0],
        },
    }
