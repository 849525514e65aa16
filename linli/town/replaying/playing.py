"""One replay from its file to its findings: town and company, the loop, news delivered meanwhile, all sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from linli.areas import codes
from linli.areas.codes import Level
from linli.cases import chores
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import delivering, sealing
from linli.town import drawing, founding
from linli.town.drawing.drawing import Scale

from . import company, matters, telling
from .company import BY
from .mapping import CityMap
from .matters import Matter, Reading
from .places import Ground
from .simulating import Play
from .telling import Findings

SEED: int = 1
SCALE: Scale = "township"
BEFORE = timedelta(days=30)  # the town stands so long when the first matter is raised
BATCH, ALL = 400, 1_000_000
ALONE_S = 60.0  # nobody else writes in the folder of a replay


class NothingToReplay(Refusal):
    """A table without a single matter."""

    code, status = "replay.nothing", 422
    words = _("No row of %(file)s says when something was raised.")
    next_step = _("Look at the columns and time formats of the map.")


@dataclass(frozen=True)
class Scene:
    """The matters to be played, in a town that stands, with those who play."""

    city: CityMap
    some: Sequence[Matter]
    reading: Reading
    ground: Ground
    players: company.Company


def set_up(path: Path, city: CityMap, *, most: int = 0, tell: Tell = silent) -> Scene:
    """The file is read, the town stands and everyone has a post, all before the first matter is raised."""
    reading = Reading()
    some = list(islice(matters.read(path, city, reading), most or None))
    if not some:
        raise NothingToReplay(file=path.name)
    began = min(matter.opened for matter in some) - BEFORE
    town = drawing.draw(SEED, scale=SCALE, progress=tell)
    founding.found(town, by=BY, at=began, tell=tell)
    grids = [area for area in town.areas if codes.level_of(area.code) is Level.GRID]
    ground = Ground([area.code for area in grids], [area.polygon for area in grids], city.box)
    township = codes.cut(grids[0].code, Level.TOWNSHIP)
    desks, kinds = sorted({matter.desk for matter in some}), sorted({matter.kind for matter in some})
    players = company.gather(desks, kinds, township=township, at=began)
    return Scene(city, some, reading, ground, players)


def play(scene: Scene, *, tell: Tell = silent) -> Findings:
    """Every matter has gone through the loop, everybody was told what concerns them, and the journal is sealed."""
    loop = Play(scene.city, scene.players, ground=scene.ground)
    seen = loop.run(scene.some, after=_delivered, tell=tell)
    last = seen.queues[-1][0]
    _delivered(last)
    sealing.seal_all(at=last)
    return telling.findings(scene.reading, seen)


def _delivered(at: datetime) -> None:
    """Whoever was to be told of a clock by now is told, and nothing waits for its followers."""
    while chores.sweep(at=at):
        pass
    while delivering.deliver(at=at, limit=ALL, batch=BATCH, longest_s=ALONE_S):
        pass
