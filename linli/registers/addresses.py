"""Addresses as people write them, in one form that tells doors apart: 3栋2单元501室 and 3-2-501 are the same door."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from linli.language.folding import folded

# From the province down to the township: what stands before a compound or street, and is left out by half the writers.
ABOVE = re.compile(r"^(?:[^\d\s-]{2,8}?(?:自治区|省|市|区|县|街道|镇|乡))+(?=.)")
PARTS = re.compile(r"(栋|幢|号楼|座|单元|室|层|门)|(?<=\d)号(?=\d)")
DASHES = re.compile(r"[-#、,，.·\s]+")


@lru_cache(maxsize=1 << 16)
def key_of(address: str) -> str:
    """What two ways of writing one address have in common; the empty text for nothing.

    >>> key_of("重庆市云岭区香樟街道福源庭院3栋1单元101室")
    '福源庭院3-1-101'
    >>> key_of("福源庭院3-1-101") == key_of("福源庭院 3幢1单元101号") == key_of("香樟街道福源庭院3栋1单元101")
    True
    >>> key_of("滨江路40号"), key_of("滨江路40号2单元301")
    ('滨江路40', '滨江路40-2-301')
    """
    text = "".join(folded(address).split())
    text = ABOVE.sub("", text) or text
    text = PARTS.sub("-", text.removesuffix("号"))
    text = re.sub(r"号-?(?=\d)", "-", text)
    return DASHES.sub("-", text).strip("-")


def composed(values: Mapping[str, Any]) -> str:
    """One line out of the parts of an address; the whole address where the file has one.

    >>> composed({"dwelling.compound": "香樟苑", "dwelling.building": "3", "dwelling.room": "501"})
    '香樟苑3栋501'
    >>> composed({"dwelling.address": "滨江路40号", "dwelling.room": "301"})
    '滨江路40号'
    """
    if whole := values.get("dwelling.address"):
        return str(whole)
    compound, building, unit, room = (str(values.get(f"dwelling.{part}") or "") for part in PARTS_OF)
    building += "栋" if building.isdigit() else ""
    unit += "单元" if unit.isdigit() else ""
    return f"{compound}{building}{unit}{room}"


PARTS_OF = ("compound", "building", "unit", "room")
