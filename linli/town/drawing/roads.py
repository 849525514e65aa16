"""The streets of one township: trunk roads given, then the town's edge, main and local streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.chance import Rng, waves
from linli.town.drawing.land import BED, Ground
from linli.town.drawing.lots import across
from linli.town.drawing.network import Net, Street, noded, smooth, without_slivers
from linli.town.drawing.raster import Raster
from linli.town.drawing.weave import Weave, joined, lattice

QUAY = 30  # metres between the water and the middle of the riverside road


@dataclass(frozen=True)
class Wish:
    """What is asked of a township's plan: where its heart is, and how much of it is to be town."""

    heart: tuple[float, float]
    beyond: tuple[float, float] | None  # the smaller heart on the other bank
    town: float  # square metres
    border: Polygon
    bounds: tuple[Street, ...] = ()  # streets on the border, shared with neighbours
    trunks: tuple[Street, ...] = ()
    rails: tuple[Street, ...] = ()
    given: tuple[Polygon, ...] = ()  # the town's ground where it is part of a larger city


def zone(ground: Ground, wish: Wish, rng: Rng) -> list[Polygon]:
    """Where the town stands: near its heart, low and level, on one bank or both; smooth-edged, off the water."""
    if wish.given:
        return list(wish.given)
    x, y = ground.frame.points
    inside = ground.frame.inside(wish.border)
    low = np.maximum(ground.height.values - BED - 46, 0)
    far = np.hypot(x - wish.heart[0], y - wish.heart[1]) / 1000
    if wish.beyond is not None:
        far = np.minimum(far, np.hypot(x - wish.beyond[0], y - wish.beyond[1]) / 1000 + 0.36)
    score = far + 0.014 * low + 2.6 * np.maximum(ground.slope.values - 0.1, 0)
    score = score + 0.16 * waves(rng, 1100)(x, y)
    score = np.where(inside & (ground.away.values > QUAY), score, score + 9)
    level = np.partition(score.ravel(), int(wish.town / ground.frame.cell**2))[int(wish.town / ground.frame.cell**2)]
    parts = Raster(ground.frame, level - score).above(0)
    whole = shapely.union_all(parts).buffer(-75).buffer(165).buffer(-90)
    quay = whole.buffer(70).intersection(ground.water.buffer(105))
    whole = shapely.union_all([whole, quay]).buffer(30).buffer(-82).buffer(52)
    rails = shapely.union_all([rail.line.buffer(32) for rail in wish.rails])
    whole = whole.difference(rails).intersection(wish.border).difference(ground.water.buffer(QUAY)).simplify(1.5)
    kept = [part for part in shapely.get_parts(whole) if part.area > 70_000]
    return [Polygon(part.exterior) for part in kept if ground.water.disjoint(Polygon(part.exterior))]


def plan(ground: Ground, wish: Wish, zones: Sequence[Polygon], rng: Rng) -> Net:
    """Every street of the township, cut at crossings, with the blocks between them."""
    town = shapely.union_all(list(zones))
    trunks = list(wish.trunks)
    edge = [*wish.bounds, *_edges(zones, ground, wish)]
    mains = _woven(ground, town.buffer(-45), [*trunks, *edge], rng, Texture("main", 300, 20, 200, 0.5))
    local = _woven(ground, town.buffer(-24), [*trunks, *edge, *mains], rng, Texture("local", 116, 10, 50, 0.62))
    net = noded(
        [*trunks, *[s for s in edge if s.kind == "main"], *mains, *[s for s in edge if s.kind != "main"], *local]
    )
    net = without_slivers(net, area=3600, thin=17)
    cuts = [Street(line, "local") for line in _cuts(net, town)]
    return without_slivers(noded([*net.pieces(), *cuts]), area=3600, thin=17) if cuts else net


def _cuts(net: Net, town: BaseGeometry) -> list[LineString]:
    """Streets across the blocks that are too large to walk round, square to their long side."""
    large = [face for face in net.faces if face.area > 26_000 and town.contains(face.representative_point())]
    return [line for face in large for line in across(face, 2 if face.area > 48_000 else 1)]


@dataclass(frozen=True)
class Texture:
    """How one class of streets is woven: kind, metres apart, step, least length, and how near they may end."""

    kind: str
    apart: float
    step: float
    least: float
    close: float


def _woven(ground: Ground, room: BaseGeometry, known: Sequence[Street], rng: Rng, texture: Texture) -> list[Street]:
    """New streets of one class in the room, led on to the streets already known."""
    frame = ground.frame
    swell = waves(rng, 1100, octaves=2)(*frame.points)
    ease = np.where(frame.inside(room), texture.apart * (1 + 0.22 * swell), 0)
    weave = Weave(ground.grain, ease, step=texture.step)
    lines = [part for street in known for part in shapely.get_parts(street.line)]
    for line in lines:
        weave.known(line)
    seeds = lattice(frame, texture.apart * 0.9, rng.uniform(-0.4, 0.4, (frame.columns * frame.rows, 2)))
    grown = weave.grow(seeds, least=texture.least, close=texture.close)
    return [
        Street(smooth(line.simplify(1.2), 1), texture.kind)
        for line in joined(grown, lines, reach=texture.apart * 0.95, wall=ground.water)
    ]


def _edges(zones: Sequence[Polygon], ground: Ground, wish: Wish) -> list[Street]:
    """The town's edge: a main road along the quay, a local street at the foot of the hills."""
    quay = ground.water.buffer(QUAY + 6)
    streets = []
    for part in zones:
        ring = LineString(part.exterior.coords).difference(wish.border.exterior.buffer(4))
        for shape, kind in ((ring.intersection(quay), "main"), (ring.difference(quay), "local")):
            merged = shapely.line_merge(shape)
            streets += [Street(line, kind) for line in shapely.get_parts(merged) if line.length > 1]
    return streets
