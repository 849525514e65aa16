"""Communities and grids: blocks and fields joined along their borders until each holds enough dwellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import Polygon

from linli.town.drawing.chance import Numbers
from linli.town.drawing.network import Net, sides

# How readily neighbours are joined across a border: a river or a main road parts them, a footpath does not.
_PARTING = {"river": 60.0, "rail": 4.0, "trunk": 6.0, "main": 3.0, "local": 1.0, "lane": 0.6, "path": 0.5}


FEW = 25  # dwellings that make no grid of their own, and follow their neighbours whatever those are


@dataclass
class Mosaic:
    """Faces that cover a township, with what they hold and how long a border each pair shares."""

    faces: list[Polygon]
    homes: Numbers
    town: Numbers  # whether the face is built up
    borders: dict[tuple[int, int], float]


def mosaic(net: Net, homes: Numbers, town: Numbers) -> Mosaic:
    """The faces of a net and their neighbourhood, each border weighed by what kind of street it is."""
    borders: dict[tuple[int, int], float] = {}
    lengths = shapely.length(net.edges)
    for edge, (left, right) in enumerate(sides(net.edges, net.faces).tolist()):
        if left >= 0 and right >= 0 and left != right:
            pair = (min(left, right), max(left, right))
            borders[pair] = borders.get(pair, 0.0) + float(lengths[edge]) / _PARTING[net.kind(edge)]
    alone = set(range(len(net.faces))) - {face for pair in borders for face in pair}
    for face in sorted(alone):
        borders |= _touching(net.faces, face)
    return Mosaic(net.faces, homes, town, borders)


def _touching(faces: Sequence[Polygon], face: int) -> dict[tuple[int, int], float]:
    """The borders of a face too thin to be found from the middles of its edges."""
    near = [n for n, other in enumerate(faces) if n != face and other.intersects(faces[face])]
    lengths = {n: float(faces[n].intersection(faces[face]).length) for n in near}
    return {(min(n, face), max(n, face)): length for n, length in lengths.items() if length > 0}


@dataclass
class Cluster:
    """Faces joined so far."""

    faces: list[int]
    homes: int
    town: bool
    area: float
    round: float
    near: dict[int, float]


class Joining:
    """Clusters of faces, joined two by two; the smaller number lives on."""

    def __init__(self, mosaic: Mosaic, start: Sequence[Sequence[int]] | None = None) -> None:
        groups = start or [[n] for n in range(len(mosaic.faces))]
        group_of = {face: n for n, group in enumerate(groups) for face in group}
        self.clusters = {n: self._cluster(mosaic, list(group)) for n, group in enumerate(groups)}
        for (a, b), weight in mosaic.borders.items():
            a, b = group_of[a], group_of[b]
            if a != b:
                self.clusters[a].near[b] = self.clusters[a].near.get(b, 0.0) + weight
                self.clusters[b].near[a] = self.clusters[b].near.get(a, 0.0) + weight

    @staticmethod
    def _cluster(mosaic: Mosaic, faces: list[int]) -> Cluster:
        area = sum(mosaic.faces[n].area for n in faces)
        homes = int(sum(mosaic.homes[n] for n in faces))
        built = sum(int(mosaic.homes[n]) for n in faces if mosaic.town[n])
        town = bool(built * 2 >= homes and any(mosaic.town[n] for n in faces))
        around = (
            shapely.union_all([mosaic.faces[n] for n in faces]).length
            if len(faces) > 1
            else mosaic.faces[faces[0]].length
        )
        return Cluster(faces, homes, town, area, around, {})

    def join(self, a: int, b: int) -> None:
        """Make one cluster of two neighbours."""
        a, b = min(a, b), max(a, b)
        one, two = self.clusters[a], self.clusters.pop(b)
        for other, weight in two.near.items():
            near = self.clusters[other].near if other != a else None
            if near is not None:
                near[a] = near.get(a, 0.0) + weight
                near.pop(b)
                one.near[other] = one.near.get(other, 0.0) + weight
        one.near.pop(b)
        one.faces += two.faces
        one.town = one.town if one.homes >= two.homes else two.town
        one.homes += two.homes
        one.area += two.area

    def best(self, number: int, most: int) -> int | None:
        """The neighbour it is best joined to: a long soft border, few dwellings, its own kind; none over `most`."""
        one = self.clusters[number]
        scores = []
        for other, weight in one.near.items():
            two = self.clusters[other]
            if one.homes + two.homes > most and min(one.homes, two.homes) > FEW:
                continue
            if one.town != two.town and min(one.homes, two.homes) > FEW:
                continue
            fit = weight / min(one.area, two.area) ** 0.5 / (one.homes + two.homes + 60) ** 1.2
            scores.append((fit, -other))
        return -max(scores)[1] if scores else None

    def until(self, enough: tuple[int, int], most: tuple[int, int]) -> list[list[int]]:
        """Join the least cluster to its best neighbour until each has enough (rural, town), then list them."""
        stuck: set[int] = set()
        while True:
            small = [(c.homes, n) for n, c in self.clusters.items() if n not in stuck and c.homes < enough[c.town]]
            if not small:
                break
            number = min(small)[1]
            other = self.best(number, most[self.clusters[number].town])
            if other is None:
                stuck.add(number)
            else:
                stuck.difference_update(self.clusters[number].near, (number, other))
                self.join(number, other)
        return [sorted(self.clusters[n].faces) for n in sorted(self.clusters)]
