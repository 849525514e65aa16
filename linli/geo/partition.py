"""Redrawing a cover (划分): areas that fill their parent without gaps or overlaps, and still do afterwards.

All work is done in whole units of the seventh decimal, where areas are exact. A new corner on an edge is
rounded to that grid and so bends the edge by up to a centimetre; whoever else has that edge is given the
same corner. So every act returns the `around` that changed: neighbours, the parent, the parent's neighbours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from .points import Floats, metres_per_degree
from .polygons import DECIMALS, GRID, Boundary, complaint, parts, together
from .refusals import (
    DoesNotCutThrough,
    DoNotTouch,
    InPieces,
    LineCrossesItself,
    NoFreeGround,
    NothingToGive,
    WouldVanish,
)

Around = Mapping[str, Boundary]
Faces = NDArray[np.object_]

TOLERANCE_M = 2.0
UNIT_M = 0.011_12  # a unit of the grid along a meridian
# A corner takes in the edges that pass through its cell of the grid; the upper and right side belong to the next.
_CELL = (-0.5, -0.5, 0.5 - 1e-6, 0.5 - 1e-6)
_HAIR = 100.0  # square units: about a square decimetre


class Drawn(NamedTuple):
    """A piece as it fits, and what else was given new corners."""

    piece: Boundary
    around: dict[str, Boundary]


class Cut(NamedTuple):
    """Two pieces, the larger first, and what else was given new corners."""

    pieces: tuple[Boundary, Boundary]
    around: dict[str, Boundary]


class Given(NamedTuple):
    """The two areas after land has moved, and what else was given new corners."""

    giver: Boundary
    taker: Boundary
    around: dict[str, Boundary]


class Flaw(NamedTuple):
    """A gap between areas, an overlap of two, or land outside the parent; with a point in it."""

    kind: Literal["gap", "overlap", "outside"]
    codes: tuple[str, ...]
    square_metres: float
    lon: float
    lat: float


def cut(polygon: Boundary, line: LineString, *, around: Around | None = None, tolerance_m: float = TOLERANCE_M) -> Cut:
    """The area is two, divided along the line. Ends short of the border by less than the tolerance are led to it.

    Refuses a line that crosses itself, does not cut through, or makes more than two pieces.

    >>> first, second = cut(shapely.box(0, 0, 3, 1), LineString([(1, -1), (1, 2)])).pieces
    >>> first.area, second.area
    (2.0, 1.0)
    """
    _must_not_cross_itself(line)
    grid = _Grid([polygon])
    land, path = grid.units(polygon), _led_to(grid.units(line), grid.units(polygon), _units(tolerance_m))
    faces = _faces([land.boundary, path.intersection(land)])
    mine = faces[_within(faces, land)]
    if len(mine) < 2:
        raise DoesNotCutThrough()
    if len(mine) > len(list(parts(polygon))) + 1:
        raise _in_pieces(mine, grid)
    larger, smaller = _two_sides(mine, land)
    pieces = grid.degrees(larger), grid.degrees(smaller)
    return Cut(pieces, weld(around or {}, pieces))


def join(polygons: Sequence[Boundary]) -> Boundary:
    """One area out of several that lie side by side. Refuses those without a common border.

    >>> join([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).area
    2.0
    """
    grid = _Grid(polygons)
    lands = [grid.units(polygon) for polygon in polygons]
    faces = _faces([land.boundary for land in lands])
    kept = np.zeros(len(faces), dtype=bool)
    for land in lands:
        kept |= _within(faces, land)
    one = _dissolved(faces[kept | _hairs(faces)])
    if len(list(parts(one))) > max(len(list(parts(polygon))) for polygon in polygons):
        raise DoNotTouch()
    return grid.degrees(one)


def give(patch: Boundary, giver: Boundary, taker: Boundary, *, around: Around | None = None) -> Given:
    """The giver's land under the patch belongs to the taker. Land of others under the patch stays theirs.

    Refuses a patch that crosses itself or misses the giver, and one that would leave either in pieces
    or the giver without land.

    >>> moved = give(shapely.box(0.5, 0, 1, 1), shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1))
    >>> moved.giver.area, moved.taker.area
    (0.5, 1.5)
    """
    _must_be_sound(patch)
    grid = _Grid([giver, taker])
    old_giver, old_taker, lasso = grid.units(giver), grid.units(taker), grid.units(patch)
    faces = _faces([old_giver.boundary, old_taker.boundary, lasso.intersection(old_giver).boundary])
    giving = _within(faces, old_giver)
    moving = giving & _within(faces, lasso)
    taking = _within(faces, old_taker) & ~giving
    if not moving.any():
        raise NothingToGive()
    if not (giving & ~moving).any():
        raise WouldVanish()
    moving |= giving & _crumbs(faces, giving & ~moving)
    new_giver, new_taker = _dissolved(faces[giving & ~moving]), _dissolved(faces[taking | moving])
    for new, old in ((new_giver, old_giver), (new_taker, old_taker)):
        if len(list(parts(new))) > len(list(parts(old))):
            raise _in_pieces(shapely.get_parts(new), grid)
    changed = grid.degrees(new_giver), grid.degrees(new_taker)
    return Given(*changed, weld(around or {}, changed))


def draw(
    piece: Boundary,
    parent: Boundary,
    siblings: Around,
    *,
    tolerance_m: float = TOLERANCE_M,
    around: Around | None = None,
) -> Drawn:
    """A new piece of the parent, on ground that is no sibling's, its border laid along theirs where it came near.

    Corners within the tolerance are moved to the nearest border; strips thinner than the tolerance between
    the piece and its neighbours become its own. `around` holds the siblings too where their corners changed.
    Refuses a piece that crosses itself, has no free ground, or would lie in several places.
    """
    _must_be_sound(piece)
    grid = _Grid([parent])
    reach = _units(tolerance_m)
    ground, others = grid.units(parent), [grid.units(sibling) for sibling in siblings.values()]
    borders = [ground.boundary, *(other.boundary for other in others)]
    wish = shapely.make_valid(_snapped(grid.units(piece), shapely.multilinestrings(_lines(borders)), reach))
    taken = shapely.union_all(others)
    free = ground.difference(taken)
    wish = wish.union(_strips(free.difference(wish), wish, reach))
    faces = _faces([*borders, *_lines([wish.boundary])])
    open_ground = _within(faces, ground) & ~_within(faces, taken)
    mine = open_ground & _within(faces, wish)
    if not mine.any():
        raise NoFreeGround()
    mine &= ~_crumbs(faces, mine)
    mine |= open_ground & _hairs(faces) & _beside(faces, mine)
    drawn = _dissolved(faces[mine])
    if len(list(parts(drawn))) > 1:
        raise _in_pieces(shapely.get_parts(drawn), grid)
    new = grid.degrees(drawn)
    return Drawn(new, weld({**(around or {}), **siblings}, [new]))


def weld(around: Around, changed: Iterable[Boundary]) -> dict[str, Boundary]:
    """Of the areas around, those on whose edges a corner of a changed area lies, with that corner added.

    >>> lower = {"b": shapely.box(0, -1, 2, 0)}
    >>> weld(lower, [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])["b"].exterior.coords[:]
    [(2.0, -1.0), (2.0, 0.0), (1.0, 0.0), (0.0, 0.0), (0.0, -1.0), (2.0, -1.0)]
    """
    changed = list(changed)
    if not around:
        return {}
    grid = _Grid(changed)
    corners = np.unique(shapely.get_coordinates([grid.units(each) for each in changed]), axis=0)
    found = {}
    for key, boundary in around.items():
        old = grid.units(boundary)
        new = _with_corners(old, corners)
        if new is not old:
            found[key] = grid.degrees(new)
    return found


def flaws(parent: Boundary, children: Around, *, least_m2: float = 1.0) -> list[Flaw]:
    """Every gap, overlap and piece outside the parent, the largest first; empty for a sound cover.

    >>> [f.kind for f in flaws(shapely.box(0, 0, 2, 1), {"1": shapely.box(0, 0, 1, 1)})]
    ['gap']
    """
    codes, shapes = list(children), np.array(list(children.values()), dtype=object)
    united = shapely.union_all(shapes)
    found = [Flaw("gap", (), *where) for where in _places(parent.difference(united))]
    for i, j in STRtree(shapes).query(shapes, predicate="intersects").T.tolist():
        if i < j:
            pair = tuple(sorted((codes[i], codes[j])))
            found += [Flaw("overlap", pair, *where) for where in _places(shapes[i].intersection(shapes[j]))]
    for code, shape in children.items():
        found += [Flaw("outside", (code,), *where) for where in _places(shape.difference(parent))]
    return sorted((flaw for flaw in found if flaw.square_metres >= least_m2), key=lambda flaw: -flaw.square_metres)


def _places(geometry: BaseGeometry) -> Iterable[tuple[float, float, float]]:
    for part in parts(geometry):
        point = part.representative_point()
        east, north = metres_per_degree(point.y)
        yield part.area * east * north, round(point.x, DECIMALS), round(point.y, DECIMALS)


class _Grid:
    """Whole units of the seventh decimal, counted from a corner near the work, so that sums stay exact."""

    def __init__(self, polygons: Sequence[Boundary]) -> None:
        self._origin = np.round(shapely.total_bounds(polygons)[:2], 3)

    def units(self, geometry: BaseGeometry) -> BaseGeometry:
        return shapely.transform(geometry, lambda xy: np.rint((xy - self._origin) / GRID))

    def degrees(self, geometry: BaseGeometry) -> Boundary:
        return shapely.transform(geometry, lambda xy: np.round(self._origin + xy * GRID, DECIMALS) + 0.0)


def _units(metres: float) -> float:
    return metres / UNIT_M


def _faces(lines: Iterable[BaseGeometry]) -> Faces:
    """The land between lines that were all noded on the grid at once, so that neighbours share every corner."""
    noded = shapely.union_all(_lines(lines), grid_size=1.0)
    return np.asarray(shapely.get_parts(shapely.polygonize([noded])))


def _lines(geometries: Iterable[BaseGeometry]) -> Faces:
    """The plain lines in any geometry."""
    once = shapely.get_parts(np.asarray(list(geometries), dtype=object))
    twice = shapely.get_parts(once)
    return np.asarray(twice[shapely.get_dimensions(twice) == 1])


def _within(faces: Faces, land: BaseGeometry) -> NDArray[np.bool_]:
    """Whether each face is part of the land, whose edges are first bent as those of the faces were."""
    land = _with_corners(land, np.unique(shapely.get_coordinates(faces), axis=0))
    shapely.prepare(land)
    return np.asarray(shapely.contains(land, shapely.point_on_surface(faces)))


def _hairs(faces: Faces) -> NDArray[np.bool_]:
    """Whether a face is no more than a trace of rounding: nowhere two units wide."""
    return np.asarray(shapely.is_empty(shapely.buffer(faces, -1.0)))


def _crumbs(faces: Faces, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The chosen faces that hang together with nothing but a speck of land."""
    specks = [part for part in parts(_dissolved(faces[chosen])) if part.area < _HAIR]
    if not specks or len(specks) == len(list(parts(_dissolved(faces[chosen])))):
        return np.zeros(len(faces), dtype=bool)
    return chosen & _within(faces, shapely.union_all(specks))


def _beside(faces: Faces, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    border = _dissolved(faces[chosen]).boundary
    return np.asarray(shapely.length(shapely.intersection(shapely.boundary(faces), border)) > 0)


def _dissolved(faces: Faces) -> Boundary:
    """One boundary around faces that share their corners: no corner is moved."""
    return together(sorted(parts(shapely.coverage_union_all(faces)), key=lambda part: -part.area))


def _two_sides(faces: Faces, land: Boundary) -> tuple[Boundary, Boundary]:
    """The largest part cut in two; parts the line did not touch stay with the larger side."""
    whole = [face for face in faces if any(face.equals(part) for part in parts(land))]
    halves = sorted((face for face in faces if not any(face is each for each in whole)), key=lambda f: -f.area)
    if len(halves) != 2:
        raise DoesNotCutThrough()
    return together([halves[0], *whole]), halves[1]


def _in_pieces(pieces: Iterable[BaseGeometry], grid: _Grid) -> InPieces:
    found = sorted(pieces, key=lambda piece: piece.area)
    point = grid.degrees(found[0].representative_point())
    return InPieces(pieces=len(found), lon=point.x, lat=point.y)


def _must_be_sound(boundary: Boundary) -> None:
    wrong = complaint(boundary)
    if wrong:
        raise wrong


def _must_not_cross_itself(line: LineString) -> None:
    """A line is crossed where, after noding, more ends meet than the two of a line that goes on."""
    if shapely.is_simple(line) and not line.is_ring:
        return
    ends = shapely.get_coordinates(shapely.boundary(shapely.get_parts(shapely.node(line))))
    places, meeting = np.unique(ends, axis=0, return_counts=True)
    lon, lat = places[np.argmax(meeting)] if len(places) else shapely.get_coordinates(line)[0]
    raise LineCrossesItself(lon=round(float(lon), DECIMALS), lat=round(float(lat), DECIMALS))


def _led_to(line: BaseGeometry, land: BaseGeometry, reach: float) -> BaseGeometry:
    """The line, its ends led straight on to the border where they stop just short of it."""
    xy = shapely.get_coordinates(line)
    ends = []
    for end in (xy[0], xy[-1]):
        near = shapely.shortest_line(shapely.Point(end), land.boundary)
        ends.append(shapely.get_coordinates(near)[1] if near.length <= reach else end)
    return LineString([ends[0], *xy, ends[1]])


def _snapped(geometry: BaseGeometry, borders: BaseGeometry, reach: float) -> BaseGeometry:
    """The geometry with every corner that lies within reach of a border moved onto it, best onto a corner."""
    corners = shapely.points(np.unique(shapely.get_coordinates(borders), axis=0))
    tree = STRtree(corners)

    def moved(xy: Floats) -> Floats:
        points = shapely.points(xy)
        near = shapely.get_coordinates(shapely.shortest_line(points, borders)).reshape(-1, 2, 2)[:, 1]
        close = np.hypot(*(near - xy).T) <= reach
        found = np.where(close[:, None], near, xy)
        place, corner = tree.query_nearest(points, max_distance=reach, all_matches=False)
        found[place] = shapely.get_coordinates(corners[corner])
        return np.rint(found)

    return shapely.transform(geometry, moved)


def _strips(free: BaseGeometry, piece: BaseGeometry, reach: float) -> BaseGeometry:
    """The strips of free ground along the piece that are thinner than the reach."""
    wide = free.buffer(-reach / 2, join_style="mitre").buffer(reach / 2 + 2, join_style="mitre")
    thin = [part for part in parts(free.difference(wide)) if part.distance(piece) <= 1]
    return shapely.union_all([part.buffer(10, join_style="mitre") for part in thin])


def _with_corners(boundary: Boundary, corners: Floats) -> Boundary:
    """The boundary with those corners that lie on its edges; itself where there are none."""
    if not corners.size or boundary.is_empty:
        return boundary
    cells = STRtree(shapely.box(*(np.hstack([corners, corners]) + _CELL).T))
    rings = shapely.get_rings(shapely.get_parts(boundary))
    added = [_ring_with(shapely.get_coordinates(ring), corners, cells) for ring in rings]
    if sum(map(len, added)) == shapely.get_num_coordinates(boundary):
        return boundary
    return _rebuilt(boundary, iter(added))


def _ring_with(xy: Floats, corners: Floats, cells: STRtree) -> Floats:
    steps = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    edge, corner = cells.query(steps, predicate="intersects")
    known = {tuple(each) for each in xy.tolist()}
    fresh = np.array([tuple(corners[i].tolist()) not in known for i in corner.tolist()], dtype=bool)
    edge, corner = edge[fresh], corner[fresh]
    along = shapely.line_locate_point(steps[edge], shapely.points(corners[corner]))
    order = np.lexsort((along, edge))
    return np.insert(xy, edge[order] + 1, corners[corner[order]], axis=0)


def _rebuilt(boundary: Boundary, rings: Iterable[Floats]) -> Boundary:
    take: Callable[[], Floats] = iter(rings).__next__
    made = [Polygon(take(), [take() for _ in part.interiors]) for part in parts(boundary)]
    return together(made)
