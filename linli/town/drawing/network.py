"""Streets as a plane graph: cut at every crossing, closed into blocks, cured of slivers and loose ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Polygon

from linli.town.drawing.chance import Numbers

LATTICE = 0.1  # metres: every crossing lies on this lattice, so that neighbours share vertices exactly

WIDTHS = {"trunk": 26, "main": 18, "local": 10, "lane": 5, "path": 2, "rail": 9}
RANKS = {kind: rank for rank, kind in enumerate(WIDTHS)}


@dataclass
class Street:
    """A street of one name from end to end."""

    line: shapely.Geometry
    kind: str
    name: str = ""
    shared: bool = False  # with the township next door: drawn once for both

    @property
    def width(self) -> int:
        """From kerb to kerb, in metres."""
        return WIDTHS[self.kind]


@dataclass
class Net:
    """Edges between crossings, the street each belongs to, and the blocks they close."""

    edges: Numbers
    owners: Numbers
    streets: Sequence[Street]
    faces: list[Polygon] = field(default_factory=list)

    def kind(self, edge: int) -> str:
        """The kind of street this edge is a piece of."""
        return self.streets[self.owners[edge]].kind

    def pieces(self) -> list[Street]:
        """The streets as they are left, each in one piece where it is one."""
        return [
            Street(
                shapely.line_merge(shapely.union_all(self.edges[self.owners == n])),
                street.kind,
                street.name,
                street.shared,
            )
            for n, street in enumerate(self.streets)
            if (self.owners == n).any()
        ]

    def without(self, gone: set[int]) -> Net:
        """The same net with some edges taken up."""
        keep = np.array([n for n in range(len(self.edges)) if n not in gone], dtype=int)
        return Net(self.edges[keep], self.owners[keep], self.streets)


def noded(streets: Sequence[Street]) -> Net:
    """The streets cut at each crossing; where two lie on each other, the one named first owns the piece."""
    lines = [street.line for street in streets]
    edges = shapely.get_parts(shapely.union_all(lines, grid_size=LATTICE))
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    spots, owners = shapely.STRtree(lines).query(middles, predicate="dwithin", distance=0.25)
    owner = np.full(len(edges), len(lines))
    np.minimum.at(owner, spots, owners)
    known = owner < len(lines)
    return Net(edges[known], owner[known], streets)


def closed(net: Net) -> Net:
    """The net with its blocks."""
    faces = shapely.get_parts(shapely.polygonize(list(net.edges)))
    return Net(net.edges, net.owners, net.streets, list(faces))


def pruned(net: Net, kinds: tuple[str, ...]) -> Net:
    """Without loose ends of these kinds, nor short ones of trunk roads: what is left leads somewhere."""
    while True:
        ends = _ends(net.edges)
        degree = Counter(end for pair in ends for end in pair)
        lengths = shapely.length(net.edges)
        loose = {
            n
            for n, pair in enumerate(ends)
            if min(degree[e] for e in pair) < 2
            and (net.kind(n) in kinds or (net.kind(n) == "trunk" and lengths[n] < 160))
        }
        if not loose:
            return net
        net = net.without(loose)


def without_slivers(net: Net, *, area: float, thin: float) -> Net:
    """Blocks too small or too thin are joined to the neighbour with which they share the longest local street."""
    for _ in range(6):
        net = closed(pruned(net, ("local", "main")))
        bad = [face for face in net.faces if face.area < area or 2 * face.area / face.length < thin]
        gone = _borders_to_open(net, bad)
        if not gone:
            break
        net = net.without(gone)
    return net


def _borders_to_open(net: Net, faces: list[Polygon]) -> set[int]:
    """For each face, the longest of its edges that is a local street."""
    middles = shapely.line_interpolate_point(net.edges, 0.5, normalized=True)
    lengths = shapely.length(net.edges)
    tree = shapely.STRtree(middles)
    gone = set()
    for face in faces:
        edges = tree.query(face.exterior, predicate="dwithin", distance=0.2)
        local = [n for n in sorted(edges.tolist()) if net.kind(n) == "local"]
        if local:
            gone.add(max(local, key=lambda n: lengths[n]))
    return gone


def _ends(edges: Numbers) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    starts = np.round(shapely.get_coordinates(shapely.get_point(edges, 0)), 3).tolist()
    stops = np.round(shapely.get_coordinates(shapely.get_point(edges, -1)), 3).tolist()
    return [(tuple(a), tuple(b)) for a, b in zip(starts, stops, strict=True)]


def sides(edges: Numbers, faces: Sequence[Polygon]) -> Numbers:
    """The face to the left and to the right of each edge, -1 where there is none."""
    lengths = shapely.length(edges)
    a = shapely.get_coordinates(shapely.line_interpolate_point(edges, lengths / 2 - 0.02))
    b = shapely.get_coordinates(shapely.line_interpolate_point(edges, lengths / 2 + 0.02))
    way = (b - a) / np.maximum(np.hypot(*(b - a).T), 1e-9)[:, None]
    left = np.stack([-way[:, 1], way[:, 0]], 1) * 0.06
    tree, found = shapely.STRtree(faces), np.full((len(edges), 2), -1)
    for side, points in enumerate(((a + b) / 2 + left, (a + b) / 2 - left)):
        spots, inside = tree.query(shapely.points(points), predicate="within")
        found[spots, side] = inside
    return found


def smooth(line: LineString, times: int = 2) -> LineString:
    """The line with its corners cut (Chaikin), its ends where they were."""
    points = shapely.get_coordinates(line)
    for _ in range(times):
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        middle = np.stack([near, far], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], middle, points[-1:]])
    return LineString(points)
