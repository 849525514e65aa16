"""The land and the brief of the single township: 香樟街道, on the inner side of a river's bend."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, sin

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing import words
from linli.town.drawing.chance import Rng, chance, waves
from linli.town.drawing.land import Course, Land, far_from, landscape, meander
from linli.town.drawing.network import Street, smooth
from linli.town.drawing.raster import Frame
from linli.town.drawing.roads import Wish
from linli.town.drawing.routes import Surveyor
from linli.town.drawing.township import Brief

Point = tuple[float, float]


def township(seed: int, *, dwellings: int = 12_500) -> tuple[Land, Brief]:
    """The land of the one township, and what is to be drawn on it."""
    rng = chance(seed, "world")
    bearing = float(rng.uniform(-0.5, 0.5))
    heart = (0.0, 0.0)
    bend = Course(words.RIVER, (470 * sin(bearing), -470 * cos(bearing)), bearing, 140, 4700, 1.0, 5600)
    river = meander(chance(seed, "river"), bend)
    land = landscape(seed, [river], size=1)
    border = _border(chance(seed, "border"), bearing)
    extent = border.envelope.buffer(380, join_style="mitre")
    beyond = (860 * sin(bearing), -860 * cos(bearing))
    trunks = tuple(_trunks(land, extent, (heart, beyond)))
    rails = tuple(_rails(land, extent, (-640 * sin(bearing), 640 * cos(bearing))))
    wish = Wish(heart, beyond, 1.5e6, border, trunks=trunks, rails=rails)
    code = words.DISTRICT[0] + "001"
    return land, Brief(seed, code, words.TOWNSHIP, wish, extent, dwellings, 240)


def _border(rng: Rng, bearing: float) -> Polygon:
    """A township's border: roundish, longer along the river."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    x, y = np.cos(angle), np.sin(angle)
    radius = 1430 * (1 + 0.085 * waves(rng, 2200)(x * 1500, y * 1500))
    x, y = x * radius * 1.2, y * radius
    c, s = np.cos(bearing), np.sin(bearing)
    return Polygon(np.round(np.stack([x * c - y * s, x * s + y * c], 1), 1))


def _trunks(land: Land, extent: Polygon, hearts: tuple[Point, Point]) -> list[Street]:
    """Through roads: down the river, into the hills, and over two bridges to the other bank."""
    frame = Frame.around(extent.bounds, 50)
    line = land.rivers[0].line
    bend = line.project(shapely.Point(hearts[1]))
    sites = [line.interpolate(bend + along).buffer(75) for along in (-640, 560)]
    surveyor = Surveyor(frame, costs(land, frame, sites))
    west, south, east, north = extent.bounds
    heart, beyond = hearts
    bridges = [surveyor.way((site.centroid.x, site.centroid.y), heart) for site in sites]
    spans = [surveyor.way((site.centroid.x, site.centroid.y), beyond) for site in sites]
    gates = [(west * 0.3, north), (east, north * 0.3), (west, south * 0.1), (east * 0.3, south)]
    ways = [*bridges, *spans, *[surveyor.way(gate, heart) for gate in gates]]
    return [Street(way, "trunk") for way in ways]


def _rails(land: Land, extent: Polygon, station: Point) -> list[Street]:
    """A railway on wide curves past the back of the town."""
    frame = Frame.around(extent.bounds, 140)
    west, _, east, north = extent.bounds
    gates = ((west, north * 0.86), (east, north * 0.8))
    ends = [Surveyor(frame, costs(land, frame)).way(station, gate) for gate in gates]
    points = np.concatenate([shapely.get_coordinates(ends[0])[::-1], shapely.get_coordinates(ends[1])[1:]])
    return [Street(smooth(LineString(points).simplify(70), 4), "rail", "云岭铁路")]


def costs(land: Land, frame: Frame, sites: Sequence[BaseGeometry] = ()) -> np.ndarray:
    """What a metre of road costs: more on slopes and near water, most over it but where a bridge is to be."""
    height = frame.fill(land.height).values
    dy, dx = np.gradient(height, frame.cell)
    away = far_from(land.water)(*frame.points)
    bridged = frame.inside(shapely.union_all(list(sites))) if sites else np.zeros(away.shape, dtype=bool)
    wet = np.where(away == 0, 40.0 if sites else 9.0, np.where(away < 100, 2.5, 0.0))
    return 1 + (np.hypot(dx, dy) * 7) ** 2 + np.where(bridged, 0.5, wet)
