"""No address holds what someone is called, where they live, or a number of theirs: logs and histories keep addresses.

Every word a page reads out of an address stands in `SAYS` with what it may say; every form that is sent by its address
holds none but those. A page that reads another fails here.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "linli").rglob("*.py"))
TEMPLATES = sorted((ROOT / "linli").rglob("templates/**/*.html"))

SAYS = {
    "add": "the name of a fact, of the book",
    "area": "the code of an area",
    "at": "a point of the map",
    "by": "how a list is sorted; the reference of an account",
    "code": "the code of an area, or what the city's sign-on sends back",
    "column": "the name of a fact, of the book",
    "cursor": "a place in a list, by reference or number",
    "day": "a day of the journal",
    "decided": "yes or nothing",
    "desk": "a list of cases, by its short word",
    "ended": "yes or nothing",
    "form": "xlsx or nothing: the shape of a sheet",
    "group": "a group of verbs",
    "kept": "a token",
    "layout": "the number of an office's layout",
    "may": "a permission",
    "next": "an address of the house",
    "past": "yes or nothing",
    "q": "the name of an area; and of a colleague, by their post",
    "register": "a register",
    "role": "a role",
    "sheet": "a sheet of a file that was sent, by its number or name",
    "settled": "yes or nothing",
    "since": "a day",
    "state": "what the city's sign-on sends back",
    "tag": "a tag",
    "thing": "a reference",
    "until": "a day",
    "year": "a year of the calendar",
    "where": "a fact, a sign and a code or a number that is nobody's own (linli.registers.listing.may_be_linked)",
}
SENT_BY_ADDRESS = re.compile(r"<form(?![^>]*method=\"post\")[^>]*>(.*?)</form>", re.S | re.I)
NAMED = re.compile(r"<(?:input|select|textarea|button)\b[^>]*\bname=\"([^\"]+)\"", re.I)
# Where the words of an address are handed on as a whole; what is read of them is in SAYS by hand.
HANDED_ON = {"site/history/views.py", "site/people/invitations.py", "site/registers/lists.py"}


def is_address(node: ast.AST) -> bool:
    """Whether this is `request.GET`."""
    return isinstance(node, ast.Attribute) and node.attr == "GET"


def read_of_addresses(text: str) -> tuple[set[str], int]:
    """The words read out of an address, and how often the whole of it is handed on."""
    words, handed = set(), 0
    tree = ast.parse(text)
    known = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_address(node.func.value):
            known.add(id(node.func.value))
            words |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant)}
        if isinstance(node, ast.Subscript) and is_address(node.value) and isinstance(node.slice, ast.Constant):
            known.add(id(node.value))
            words.add(node.slice.value)
        if isinstance(node, ast.Compare) and any(is_address(each) for each in node.comparators):
            known |= {id(each) for each in node.comparators}
            words |= {node.left.value} if isinstance(node.left, ast.Constant) else set()
    handed = sum(is_address(node) and id(node) not in known for node in ast.walk(tree))
    return words, handed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_reads_anything_else_out_of_an_address(path):
    words, handed = read_of_addresses(path.read_text("utf-8"))
    assert words <= set(SAYS), "say in SAYS what stands there, or send it (POST) and keep it (linli.registers.asking)"
    assert not handed or str(path.relative_to(ROOT / "linli")) in HANDED_ON


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_form_puts_anything_else_into_an_address(path):
    for form in SENT_BY_ADDRESS.findall(path.read_text("utf-8")):
        assert set(NAMED.findall(form)) <= set(SAYS)


def test_a_planted_page_is_seen():
    assert read_of_addresses('x = request.GET.get("name", "")\ny = request.GET["phone"]') == ({"name", "phone"}, 0)
    assert read_of_addresses("look(request.GET)")[1] == 1
    [form] = SENT_BY_ADDRESS.findall('<form class="row"><input name="phone"></form>')
    assert NAMED.findall(form) == ["phone"]
