"""One person in five spreadsheets: a file of invented people beside a register of a million, looked up by its keys.

Planted: 6 % of names mistyped, 20 % of phones missing, 5 % of birth days wrong, 10 % of identity numbers missing and
1 % mistyped, 25 % of people moved. A fifth of the file is nobody known, a tenth of those a brother, sister or twin of
someone who is. Beside it stand six plain joins on the same two tables. Each is run in a process of its own.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.__main__ import Report
from linli.bulk.matching.keys import keys
from linli.bulk.matching.linking import MOST, link, once
from linli.bulk.matching.records import Record, Scheme
from linli.bulk.matching.rolls import Roll
from linli.bulk.matching.weighing import learn

KNOWN = int(os.environ.get("LINLI_BENCH_KNOWN", "1000000"))
INCOMING = int(os.environ.get("LINLI_BENCH_INCOMING", "100000"))
AT_ONCE = 5000
SEED = 20261122

FAMILIES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
SIGNS = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰玉华建国志红文梅琴云莲珍贞雪荣爱香月莺媛素瑞凡佳嘉琼勤叶璧璐娅琦晶妍茜秋珊莎"
    "锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹"
    "子轩涵宇浩然梓萱一诺俊豪天佑晨曦思远雨桐家兴德福春生成林海峰波斌鹏辉龙飞东升"
)
ALIKE = {"伟": "玮", "芳": "方", "静": "靖", "丽": "莉", "军": "君", "娟": "涓", "明": "铭", "英": "瑛", "平": "萍"}
ALIKE |= {"刚": "钢", "华": "桦", "志": "智", "红": "宏", "文": "雯", "梅": "玫", "云": "芸", "国": "囯", "建": "健"}
COLUMNS = ("ref", "name", "born_on", "sex", "identity", "sound", "phone", "house", "street", "locality", "area")
OURS = Scheme(
    {name: name for name in COLUMNS if name not in ("ref", "sound")} | {"identity_sound": "sound"},
)
FETCHED = ("family", "given", "family_sound", "given_sound", *COLUMNS[2:5], *COLUMNS[6:])
Row = dict[str, Any]


def run(report: Report) -> None:
    """Makes both tables, then links by keys and by joins."""
    database = Path(os.environ["LINLI_DATA_DIR"]) / "matching.sqlite3"
    register = _alone("made", database)
    size = f"{INCOMING:,} beside {KNOWN:,}"
    report("keys of the register, made once", register["keys_s"], "s CPU", size=f"{register['keys']:,} keys")
    for name in ("linked", "joined"):
        told = _alone(name, database)
        title = {"linked": "linked by keys", "joined": "six plain joins"}[name]
        shown = ", ".join(f"{part} {seconds:.1f}" for part, seconds in told["parts"].items())
        report(f"{title}: time", told["cpu"], "s CPU", size=f"{size}; {shown}")
        report(f"{title}: peak memory", told["mb"], "MB", size=size)
        report(f"{title}: precision", told["precision"], "", size=f"{told['linked']:,} linked")
        report(f"{title}: recall", told["recall"], "", size=f"of {told['true']:,}")
        if name == "linked":
            report(
                "  linked or on the review list: recall", told["reviewed_recall"], "", size=f"{told['pairs']:,} pairs"
            )
            report(
                "  lines to look at", told["lines"] / INCOMING * 1000, "/1,000", size=f"{told['questions']:,} questions"
            )


def _alone(name: str, database: Path) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    code = f"import json, bench.matching as m; print(json.dumps(m.{name}({str(database)!r})))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# --- the invented people


def made(database: str) -> dict[str, Any]:
    """The register with its keys, and the file; what the truth is stands beside."""
    chance = np.random.default_rng(SEED)
    held = sqlite3.connect(database)
    held.execute(f"CREATE TABLE incoming ({', '.join(COLUMNS)}, truth)")
    people = list(_people(chance, KNOWN))
    lines = list(_file(chance, people))
    held.executemany(f"INSERT INTO incoming VALUES ({', '.join('?' * 12)})", lines)
    began = time.process_time()
    records = [OURS.record(each, each["ref"]) for each in people]
    flat = [(key, row) for row, record in enumerate(records) for key in keys(record)]
    took = time.process_time() - began
    held.execute(f"CREATE TABLE person (id INTEGER PRIMARY KEY, name, sound INTEGER, {', '.join(FETCHED)})")
    told = (
        (n, p["name"], 1, *(getattr(r, f) for f in FETCHED))
        for n, (p, r) in enumerate(zip(people, records, strict=True))
    )
    held.executemany(f"INSERT INTO person VALUES ({', '.join('?' * (3 + len(FETCHED)))})", told)
    held.execute("CREATE TABLE key (key INTEGER, person INTEGER, PRIMARY KEY (key, person)) WITHOUT ROWID")
    flat.sort()
    held.executemany("INSERT INTO key VALUES (?, ?)", flat)
    held.commit()
    return {"keys_s": took, "keys": len(flat)}


def _people(chance: np.random.Generator, count: int) -> Iterator[Row]:
    """People in households of one to five; children bear the father's name, one birth in a hundred is of twins."""
    shares = 1 / (np.arange(len(FAMILIES)) + 4.0)
    drawn = iter(chance.choice(len(FAMILIES), 2 * count, p=shares / shares.sum()).tolist())
    at, home = 0, 0
    while at < count:
        home += 1
        family, other = FAMILIES[next(drawn)], FAMILIES[next(drawn)]
        years = (1930 + int(chance.integers(0, 65)), *(2000 + int(each) for each in chance.integers(-25, 24, 3)))
        day = _day(chance, years[0])
        for member in range(min(int(chance.integers(1, 6)), count - at)):
            twin = member > 2 and chance.random() < 0.02
            day = day if twin else _day(chance, years[min(member // 2 * 1 + (member > 1), 3)])
            phone = f"1{home:07d}" if member > 2 else f"1{home:07d}{member}"
            yield {
                "ref": at, "name": (other if member == 1 else family) + _given(chance), "born_on": day,
                "sex": "mf"[at % 2], "identity": f"{day}{at:010d}", "sound": 1, "phone": phone,
                "house": f"{home % 9 + 1}-{home % 3 + 1}-{home // 27 % 40 + 101}", "street": f"{home // 1080}小区",
                "locality": f"{home // 2160}社区", "area": f"5001{home // 2160:05d}",
            }  # fmt: skip
            at += 1


def _day(chance: np.random.Generator, year: int) -> str:
    return f"{year}{int(chance.integers(1, 13)):02d}{int(chance.integers(1, 29)):02d}"


def _given(chance: np.random.Generator) -> str:
    """One sign or two, the first signs of the list far more often than the last."""
    drawn = (len(SIGNS) * chance.random(2) ** 2).astype(int)
    return SIGNS[drawn[0]] + (SIGNS[drawn[1]] if chance.random() < 0.8 else "")


def _file(chance: np.random.Generator, people: list[Row]) -> Iterator[list[Any]]:
    """Lines of the file, each with the person it truly is, or -1."""
    for ref, each in enumerate(chance.choice(len(people), INCOMING, replace=False).tolist()):
        line, truth = dict(people[each]), each
        if ref % 5 == 0:
            truth = -1
            line |= {"name": line["name"][0] + _given(chance), "identity": f"{line['born_on']}N{ref:09d}"}
            if ref % 50:
                far = int(chance.integers(10**6, 10**7))
                line |= {"phone": f"9{far}", "street": f"{far % 997}路", "name": FAMILIES[far % 99] + _given(chance)}
            if ref % 100:
                line["born_on"] = _day(chance, 1940 + ref % 80)
        line = _mistyped(chance, line, ref) | {"ref": ref}
        yield [*(line[name] for name in COLUMNS), truth]


def _mistyped(chance: np.random.Generator, line: Row, ref: int) -> Row:
    """The line as careless hands have it."""
    name, day, luck = line["name"], line["born_on"], chance.random(7)
    if luck[0] < 0.06:
        last = name[-1]
        wrong = [ALIKE.get(last, last), SIGNS[ref % len(SIGNS)], ""][int(luck[6] * 4) // 2 if luck[6] < 0.75 else 2]
        line["name"] = name[:-1] + wrong if len(name) > 2 or wrong else name[0] + SIGNS[ref % len(SIGNS)]
    if luck[1] < 0.05:
        line["born_on"] = f"{day[:6]}{ref % 28 + 1:02d}"
    if luck[2] < 0.2:
        line["phone"] = ""
    if luck[3] < 0.1:
        line |= {"identity": "", "sound": None}
    elif luck[3] < 0.11:
        line |= {"identity": f"{line['identity']}x", "sound": 0}
    if luck[4] < 0.25:
        far = int(luck[5] * 10**6)
        line |= {
            "street": f"{far % 500}小区",
            "house": f"{far % 7}-1-{far % 1000}",
            "locality": "",
            "area": f"5001{far % 463:05d}",
        }
    return line


# --- the two ways, each alone in its process


def linked(database: str) -> dict[str, Any]:
    """As an import does it, some thousand lines at a time: records, keys, the register's index, the few people found,
    link. What is common is learned once, from the whole file."""
    held = sqlite3.connect(database)
    held.execute("CREATE TEMP TABLE asked (key INTEGER, line INTEGER)")
    held.execute("CREATE TEMP TABLE some (id INTEGER PRIMARY KEY)")
    rows = held.execute(f"SELECT {', '.join(COLUMNS)} FROM incoming").fetchall()
    began, spent = time.process_time(), Spent()
    records = [OURS.record(dict(zip(COLUMNS, row, strict=True)), row[0]) for row in rows]
    spent("records")
    weights = learn(Roll(records))
    spent("learning")
    same, perhaps, compared = [], [], 0
    for at in range(0, len(records), AT_ONCE):
        lines = records[at : at + AT_ONCE]
        left, person, crowded = _looked_up(held, lines)
        spent("keys and index")
        some, right = np.unique(person, return_inverse=True)
        people = list(_fetched(held, some))
        spent("people")
        found = link(lines, people, among=KNOWN, found=once(left, right, crowded=crowded), weights=weights)
        spent("link")
        same += [(m.one, m.other) for m in found.same]
        perhaps += [(m.one, m.other) for m in found.perhaps]
        compared += found.pairs
    told = _told(held, began, same, dict(spent))
    truth = _truth(held)
    seen = sum(truth[one] == other for one, other in {*same, *perhaps})
    more = {"pairs": compared, "questions": len(perhaps), "lines": len({one for one, _ in perhaps})}
    return told | more | {"reviewed_recall": seen / told["true"]}


class Spent(Counter[str]):
    """Seconds of this process, by what they went to."""

    def __init__(self) -> None:
        self.last = time.process_time()

    def __call__(self, name: str) -> None:
        self[name] += (now := time.process_time()) - self.last  # type: ignore[assignment]
        self.last = now


def _looked_up(held: sqlite3.Connection, records: list[Record]) -> tuple[Any, Any, int]:
    """Pairs of a line and a person who share a key that is not crowded."""
    held.execute("DELETE FROM asked")
    held.executemany(
        "INSERT INTO asked VALUES (?, ?)", ((key, at) for at, each in enumerate(records) for key in keys(each))
    )
    found = held.execute("SELECT asked.line, key.key, key.person FROM asked CROSS JOIN key USING (key)")
    table = np.fromiter(found, dtype=np.dtype((np.int64, 3)))
    first = np.flatnonzero(np.append(True, (table[1:, :2] != table[:-1, :2]).any(axis=1)))
    many = np.diff(np.append(first, len(table)))
    few = np.repeat(many <= MOST, many)
    return table[few, 0], table[few, 2], len(np.unique(table[~few, 1]))


def _fetched(held: sqlite3.Connection, some: Any) -> Iterator[Record]:
    """The people found, as the register keeps them: their sounds ready."""
    held.execute("DELETE FROM some")
    held.executemany("INSERT INTO some VALUES (?)", ((each,) for each in some.tolist()))
    told = ", ".join(FETCHED)
    for pk, *values in held.execute(f"SELECT id, {told} FROM some JOIN person USING (id) ORDER BY id"):
        yield Record(pk, *values[:7], "", True, *values[7:])


JOINS = (
    "i.identity <> '' AND p.identity = i.identity",
    "p.name = i.name AND i.phone <> '' AND p.phone = i.phone AND p.born_on = i.born_on",
    "p.name = i.name AND i.phone <> '' AND p.phone = i.phone",
    "i.phone <> '' AND p.phone = i.phone AND p.born_on = i.born_on",
    "p.name = i.name AND p.born_on = i.born_on AND p.locality = i.locality",
    "p.name = i.name AND p.born_on = i.born_on",
)


def joined(database: str) -> dict[str, Any]:
    """Each join in its turn, for lines not yet linked, where it finds one person only."""
    held = sqlite3.connect(database)
    began = time.process_time()
    for name in ("identity", "phone", "name, born_on"):
        held.execute(f"CREATE INDEX IF NOT EXISTS by_{name[:4]} ON person ({name})")
    parts = {"indexes": time.process_time() - began}
    held.execute("CREATE TEMP TABLE done (line INTEGER PRIMARY KEY, person INTEGER)")
    for on in JOINS:
        held.execute(
            f"INSERT INTO done SELECT i.ref, min(p.id) FROM incoming i JOIN person p ON {on}"
            " WHERE i.ref NOT IN (SELECT line FROM done) GROUP BY i.ref HAVING count(*) = 1"
        )
    parts["joins"] = time.process_time() - began - parts["indexes"]
    return _told(held, began, held.execute("SELECT line, person FROM done").fetchall(), parts)


def _truth(held: sqlite3.Connection) -> dict[int, int]:
    return dict(held.execute("SELECT ref, truth FROM incoming"))


def _peak_mb() -> float:
    """The most memory this process ever held; `ru_maxrss` would count its parent's too."""
    return next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))


def _told(held: sqlite3.Connection, began: float, pairs: list[Any], parts: dict[str, float]) -> dict[str, Any]:
    """Figures, once the work is done."""
    cpu, mb = time.process_time() - began, _peak_mb()
    truth = _truth(held)
    right, true = sum(truth[one] == other for one, other in pairs), sum(each >= 0 for each in truth.values())
    return {
        "cpu": cpu, "mb": mb, "linked": len(pairs), "true": true, "parts": parts,
        "precision": right / max(len(pairs), 1), "recall": right / true,
    }  # fmt: skip
