"""What this room refuses. Places are told as longitude and latitude, to be looked up on a map."""

from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _


class CannotReadFile(Malformed):
    """A file that is not the GeoJSON it should be."""

    code = "geo.cannot-read-file"
    words = _("This file cannot be read as GeoJSON: %(why)s.")
    next_step = _("Export it again as a GeoJSON FeatureCollection in UTF-8. Nothing was written.")


class FileTooLarge(Refusal):
    """More megabytes than were allowed for."""

    code, status = "geo.file-too-large", 413
    words = _("The file holds %(size)s MB; at most %(limit)s MB can be taken at once.")
    next_step = _("Cut it into several files, for instance one for each district.")


class NotABoundary(Malformed):
    """A feature whose geometry is not an area."""

    code = "geo.not-a-boundary"
    words = _("Feature %(feature)s is a %(found)s; a boundary must be a Polygon or a MultiPolygon.")
    next_step = _("Remove it, or draw it as an area.")


class BrokenGeometry(Malformed):
    """A geometry whose coordinates do not make a shape."""

    code = "geo.broken-geometry"
    words = _("The geometry of feature %(feature)s cannot be read: %(why)s.")
    next_step = _("Correct that feature and send the file again. Nothing was written.")


class LooksSwapped(Malformed):
    """Latitude stands where longitude should."""

    code = "geo.looks-swapped"
    words = _("Feature %(feature)s has the point %(lon)s, %(lat)s: latitude and longitude look swapped.")
    next_step = _("GeoJSON writes longitude first. Export the file again with longitude, then latitude.")


class OutOfRange(Malformed):
    """No longitude and latitude at all; most often metres of a projection."""

    code = "geo.out-of-range"
    words = _("Feature %(feature)s has the point %(lon)s, %(lat)s, which is not on the globe.")
    next_step = _("The file may be in metres (CGCS2000 projected). Export it again in degrees.")


class CrossesItself(Refusal):
    """A boundary whose line crosses or touches itself. Also the complaint about one that was mended."""

    code, status = "geo.crosses-itself", 422
    words = _("The boundary crosses itself at %(lon)s, %(lat)s.")
    next_step = _("Draw it so that the line does not cross itself.")


class NothingLeft(Refusal):
    """A boundary that encloses no land."""

    code, status = "geo.nothing-left", 422
    words = _("The boundary encloses no land.")
    next_step = _("Draw at least three corners that are not in one line.")


class LineCrossesItself(CrossesItself):
    """A cutting line that crosses itself."""

    code = "geo.line-crosses-itself"
    words = _("The cutting line crosses itself at %(lon)s, %(lat)s.")


class DoesNotCutThrough(Refusal):
    """A cutting line that ends inside the area, or misses it."""

    code, status = "geo.does-not-cut-through", 422
    words = _("The line does not cut the area in two.")
    next_step = _("Begin and end the line outside the area, or on its border.")


class InPieces(Refusal):
    """A drawing whose result would lie in several places."""

    code, status = "geo.in-pieces", 422
    words = _("The result would lie in %(pieces)s separate places; one of them is at %(lon)s, %(lat)s.")
    next_step = _("Draw it so that it hangs together.")


class WouldVanish(Refusal):
    """A drawing that would leave an area without land."""

    code, status = "geo.would-vanish", 422
    words = _("Nothing would be left of the area that gives land.")
    next_step = _("Join the two areas instead, or draw a smaller piece.")


class NoFreeGround(Refusal):
    """A drawing on ground that is all taken, or outside."""

    code, status = "geo.no-free-ground", 422
    words = _("All the ground under the drawing belongs to other areas or lies outside.")
    next_step = _("Draw on free ground, or move land from a neighbour.")


class NothingToGive(Refusal):
    """A lasso over land that its giver does not have."""

    code, status = "geo.nothing-to-give", 422
    words = _("The drawn piece does not touch the area that should give it.")
    next_step = _("Draw over the area whose land should move.")


class DoNotTouch(Refusal):
    """Areas without a common border cannot become one."""

    code, status = "geo.do-not-touch", 422
    words = _("These areas do not share a border, so they cannot become one.")
    next_step = _("Choose areas that lie side by side.")


class PinsInALine(Refusal):
    """Three pins in one line do not hold a plan."""

    code, status = "geo.pins-in-a-line", 422
    words = _("The pins lie almost in one line, so the plan could not be held.")
    next_step = _("Choose pins far apart, for instance near three corners of the plan.")


class TooFewPins(Refusal):
    """A plan needs three pins."""

    code, status = "geo.too-few-pins", 422
    words = _("A plan needs at least three pins; there are %(pins)s.")
    next_step = _("Add a pin at a place that can be seen on the plan and on the map.")


class CannotReadExtract(Malformed):
    """A file that is not an OpenStreetMap extract."""

    code = "geo.cannot-read-extract"
    words = _("This file cannot be read as an OpenStreetMap extract: %(why)s.")
    next_step = _("Use a file ending in .osm, .osm.bz2, .osm.gz or .osm.pbf. Nothing was written.")


class NotAPyramid(Malformed):
    """A file that is not a PMTiles pyramid of vector tiles."""

    code = "geo.not-a-pyramid"
    words = _("This file cannot be read as PMTiles vector tiles: %(why)s.")
    next_step = _("Use a PMTiles file of version 3 with vector tiles. Nothing was written.")


class TooWide(Refusal):
    """A plan that reaches over a country."""

    code, status = "geo.too-wide", 422
    words = _("What is in this file reaches over %(tiles)s map tiles; a plan holds at most %(most)s.")
    next_step = _("Cut the file to your district and its surroundings, and leave out outlines of whole countries.")


class NothingToDraw(Refusal):
    """A plan without a single shape."""

    code, status = "geo.nothing-to-draw", 422
    words = _("There is nothing to draw: no layer holds a shape.")
    next_step = _("Choose a file with at least one street, building or area.")
