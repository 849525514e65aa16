"""The made-up people a demo can be tried as: kept beside its data, offered on its sign-in page and nowhere else."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from linli.areas.models import Area

from .roles import ROLES

FILE = "demo-accounts.json"


@dataclass(frozen=True)
class Player:
    """One of the cast, as the sign-in page offers them."""

    sign_in_name: str
    name: str
    password: str
    role: str
    area: str


def players() -> list[Player]:
    """Whom one may try; nobody where this is no demo, even if the file lies there."""
    path = Path(settings.DATA_DIR) / FILE
    if not settings.DEMO or not path.is_file():
        return []
    told = json.loads(path.read_text("utf-8"))
    names = dict(
        Area.objects.standing().filter(code__in=[each["area_code"] for each in told]).values_list("code", "name")
    )
    return [
        Player(
            sign_in_name=each["sign_in_name"],
            name=each["name"],
            password=each["password"],
            role=ROLES[each["role"]].name if each["role"] in ROLES else each["role"],
            area=names.get(each["area_code"], each["area_code"]),
        )
        for each in told
    ]
