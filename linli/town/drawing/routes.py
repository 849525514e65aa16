"""Through roads: the cheapest way over the land from place to place, along valleys and square over rivers."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString

from linli.town.drawing.chance import Numbers
from linli.town.drawing.network import smooth
from linli.town.drawing.raster import Frame

Cell = tuple[int, int]
_MOVES = [
    (a, b) for a in range(-2, 3) for b in range(-2, 3) if (abs(a), abs(b)) in {(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)}
]


@dataclass
class Surveyor:
    """Finds ways over a raster of costs; a way once built is cheap to follow."""

    frame: Frame
    cost: Numbers
    _costs: list[list[float]] = field(init=False, repr=False)
    _built: dict[Cell, LineString] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._costs = self.cost.tolist()

    def way(self, start: tuple[float, float], goal: tuple[float, float]) -> LineString:
        """The cheapest way, smoothed, as far as the first road already built on it."""
        cells = self._cheapest(self._cell(start), self._cell(goal))
        met = next((n for n, cell in enumerate(cells) if n and cell in self._built), None)
        f = self.frame
        points = [(f.west + i * f.cell, f.south + j * f.cell) for j, i in cells[:met]]
        if met is not None:
            road = self._built[cells[met]]
            end = road.interpolate(road.project(shapely.Point(points[-1])))
            goal = (end.x, end.y)
        line = smooth(shapely.simplify(LineString([start, *points[1:-1], goal]), f.cell * 0.8), 3)
        for j, i in cells[:met]:
            self._costs[j][i] = min(self._costs[j][i], 0.45)
            self._built.setdefault((j, i), line)
        return line

    def _cell(self, point: tuple[float, float]) -> Cell:
        f = self.frame
        j, i = round((point[1] - f.south) / f.cell), round((point[0] - f.west) / f.cell)
        return min(max(j, 0), f.rows - 1), min(max(i, 0), f.columns - 1)

    def _cheapest(self, start: Cell, goal: Cell) -> list[Cell]:
        cost, came, queue = {start: 0.0}, {}, [(0.0, start)]
        while queue:
            spent, here = heapq.heappop(queue)
            if here == goal:
                break
            if spent > cost[here]:
                continue
            for there, price in self._steps(here):
                if spent + price < cost.get(there, np.inf):
                    cost[there], came[there] = spent + price, here
                    heapq.heappush(queue, (spent + price, there))
        path = [goal]
        while path[-1] != start:
            path.append(came[path[-1]])
        return path[::-1]

    def _steps(self, here: Cell) -> list[tuple[Cell, float]]:
        (j, i), steps = here, []
        cost = self._costs
        for a, b in _MOVES:
            y, x = j + a, i + b
            if 0 <= y < self.frame.rows and 0 <= x < self.frame.columns:
                middle = cost[j + int(a / 2)][i + int(b / 2)]
                price = (cost[j][i] + cost[y][x] + middle) / 3
                steps.append(((y, x), price * (a * a + b * b) ** 0.5))
        return steps
