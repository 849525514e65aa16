"""`linli demo`: the made-up town, accounts to try it with, and the server and worker beside each other."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate

from linli.access import appointing, bureaus, opening, shapes, teaming
from linli.access.appointing import Appointment
from linli.access.models import Account, Bureau
from linli.areas.codes import Level
from linli.areas.models import Area
from linli.ground.hands import Program
from linli.town import founding
from linli.town.drawing.drawing import Scale
from linli.town.peopling import settling
from linli.town.replaying import living

from . import beginning, marks, schema
from .refusals import RealFolder

ACCOUNTS = "demo-accounts.json"
OUTSIDE = "500198001001"
BOARDS = {"board-lead": ("livelihood", "A"), "post-holder": ("livelihood", "B")}
BUREAUS = {"bureau-handler": "城市管理局"}
HELD_FOR = timedelta(days=60)  # so long they have had their posts: longer than the town's history goes back
SEED = 1
SCALE: Scale = "township"  # of the town that is made where none stands
PEOPLE = 30_000


@dataclass(frozen=True)
class Player:
    """Someone of the cast who can be tried out. All of them are made up."""

    sign_in_name: str
    name: str
    role: str
    area_code: str
    password: str


def must_be_a_demo() -> None:
    """Refuses a folder in which a real installation was begun."""
    if beginning.folder_is_real():
        raise RealFolder(folder=str(settings.DATA_DIR))


def prepare(*, at: datetime, tell: Callable[[str], None]) -> list[Player]:
    """A town and its cast stand; what stands already, of whatever seed and scale, is left alone."""
    must_be_a_demo()
    schema.begin_made_up(at=at)
    seed, scale = _town()
    if not founding.stands(seed, scale):
        tell("town")
        call_command("town", seed=seed, scale=scale)
    return cast(at=at)


def _town() -> tuple[int, Scale]:
    return founding.standing() or (SEED, SCALE)


def moving_in() -> list[str]:
    """The command, in words, by which people move into the town behind the first page, and raise what they raise;
    nothing when all live there and did."""
    seed, scale = _town()
    asked = ["town", "--seed", str(seed), "--scale", scale, "--people", str(PEOPLE), "--cases", "--gently"]
    return [] if settling.lived_in(seed, scale) and living.happened() else asked


def cast(*, at: datetime) -> list[Player]:
    """The accounts to try, opened once; their passwords are kept beside the data, for whoever may read it."""
    path = Path(settings.DATA_DIR) / ACCOUNTS
    if path.exists() and Account.objects.exists():
        return [Player(**told) for told in json.loads(path.read_text("utf-8"))]
    players = casting(f"xiangzhang-{secrets.randbelow(9000) + 1000}")
    with transaction.atomic():
        furnish(first(Level.TOWNSHIP, "500199001"), first(Level.DISTRICT, "500199"), at=at)
        for player in players:
            enter(player, at=at)
        marks.write_whole(path, json.dumps([asdict(each) for each in players], ensure_ascii=False, indent=1) + "\n")
    return players


def casting(password: str) -> list[Player]:
    """Who plays, and where: in the town as it was drawn."""
    township, district = first(Level.TOWNSHIP, "500199001"), first(Level.DISTRICT, "500199")
    community, grid = first(Level.COMMUNITY, "500199001001"), first(Level.GRID, "500199001001001")
    return [
        Player("admin", "管平", "administrator", "", password),
        Player("zhi", "指挥", "commander", township, password),
        Player("he", "何街", "dispatcher", township, password),
        Player("ban", "板长", "board-lead", township, password),
        Player("gang", "岗成", "post-holder", township, password),
        Player("qin", "秦局", "bureau-handler", district, password),
        Player("du", "督区", "district-supervisor", district, password),
        Player("shu", "书记", "community-secretary", community, password),
        Player("zhou", "周社", "community-clerk", community, password),
        Player("zhang", "章格", "grid-head", grid, password),
        Player("li", "李网", "grid-worker", grid, password),
        Player("zhiyuan", "志愿", "volunteer", community, password),
        Player("hu", "胡民", "resident", grid, password),
        Player("wu", "吴企", "enterprise-contact", community, password),
        Player("wai", "外人", "community-clerk", OUTSIDE, password),
    ]


def furnish(township: str, district: str, *, at: datetime) -> None:
    """The grids of the township have teams of the usual shape, the district its usual bureaus."""
    by = Program("demo")
    shape = teaming.take_over(shapes.known()["1-3-n"], area=township, by=by, at=at)
    teaming.use(shape, area=township, by=by, at=at)
    bureaus.take_over(list(shapes.bureaus().values()), area=district, by=by, at=at)


def first(level: Level, otherwise: str) -> str:
    """The first standing area of a level, or the code it would have."""
    return Area.objects.standing().filter(level=level).values_list("code", flat=True).first() or otherwise


def enter(player: Player, *, at: datetime) -> None:
    """The player has an account and a post; one that was opened before is left as it is."""
    if Account.objects.filter(sign_in_name=player.sign_in_name).exists():
        return
    by = Program("demo")
    account = opening.open_account(
        sign_in_name=player.sign_in_name, name=player.name, password=player.password, by=by, at=at
    )
    board, holder = BOARDS.get(player.role, ("", ""))
    since = localdate(at) - HELD_FOR
    bureau = Bureau.objects.filter(name=BUREAUS[player.role], until=None).first() if player.role in BUREAUS else None
    asked = Appointment(role=player.role, area=player.area_code, board=board, holder=holder, bureau=bureau, since=since)
    appointing.give(account, asked, by=by, at=at)
