"""Division-code tables as people bring them: shapes, encodings, and what is refused with its line."""

import gzip

import pytest

from linli.areas import tables
from linli.areas.tables import GivenTwice, NotATable


def names(text: str | bytes) -> dict[str, str]:
    content = text if isinstance(text, bytes) else text.encode()
    return {code: line.name for code, line in tables.read(content).areas.items()}


CHAIN = "district_code,district,street_code,street\n500198,云溪区,500198001,香樟街道\n500198,云溪区,500198002,石桥镇\n"
EXPECTED = {"500198": "云溪区", "500198001": "香樟街道", "500198002": "石桥镇"}


@pytest.mark.parametrize(
    "content",
    [
        CHAIN,
        CHAIN.encode("utf-8-sig"),
        CHAIN.encode("gb18030"),
        gzip.compress(CHAIN.encode(), mtime=0),
        "code,name\n500198000000,云溪区\n500198001000,香樟街道\n500198002000,石桥镇\n",
        "序号,区划代码,名称\n1,500198,云溪区\n2,500198001,香樟街道\n\n3,500198002,石桥镇\n",
        "区县代码,区县名称,街道代码,街道名称\n500198,云溪区,500198001,香樟街道\n500198,云溪区,500198002,石桥镇\n",
        "id,name,ext_id,ext_name\n9,云溪,500198000000,云溪区\n9,香樟,500198001000,香樟街道\n9,石桥,500198002000,石桥镇\n",
    ],
)
def test_every_known_shape_says_the_same(content):
    assert names(content) == EXPECTED


def test_a_line_of_a_chain_may_end_early():
    assert names(CHAIN + "500199,江口区,,\n")["500199"] == "江口区"


@pytest.mark.parametrize(
    ("line", "content"),
    [
        (1, "a,b\n1,2\n"),
        (1, ""),
        (2, "code,name\n"),
        (3, "code,name\n500198,云溪区\n5001x,江口区\n"),
        (3, "code,name\n500198,云溪区\n500199,\n"),
        (2, "code,name\n500198," + "长" * 61 + "\n"),
        (2, "district_code,district,street_code,street\n500198,云溪区,500199001,香樟街道\n"),
        (2, "code,name\n500198\n"),
        (2, b"code,name\n500198,\xff\xff\n"),
        (1, b"\x1f\x8b broken"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(line, content):
    with pytest.raises(NotATable) as refused:
        names(content)
    assert refused.value.facts["line"] == line


@pytest.mark.parametrize(
    "text",
    [
        "code,name\n500198,云溪区\n500198,云西区\n",
        "code,name\n500198,云溪区\n500198,云溪区\n",
        CHAIN + "500198,云西区,500198003,柳林乡\n",
        CHAIN + "500198,云溪区,500198002,石桥镇\n",
    ],
)
def test_a_code_given_twice_is_refused_with_both_lines(text):
    table = tables.read(text.encode())
    with pytest.raises(GivenTwice) as refused:
        table.must_be_single()
    first, second = table.clashing[0]
    assert str(first) in refused.value.facts["lines"] and str(second) in refused.value.facts["lines"]
