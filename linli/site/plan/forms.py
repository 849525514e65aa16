"""Forms of this room: an act of drawing, a redrawing, a background."""

import json
import re
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.areas import codes
from linli.areas.models import Area
from linli.geo import polygons
from linli.geo.points import Crs
from linli.geo.reading import must_be_on_the_globe
from linli.ground.refusals import Malformed

ACTS = [
    ("draw", _("Draw a new area")),
    ("cut", _("Cut an area in two by a line")),
    ("join", _("Join neighbours")),
    ("give", _("Give land to a neighbour")),
    ("reshape", _("Draw an area afresh")),
]
MOST_CORNERS_MB = 8
CORNER = re.compile(r"[-+]?\d{1,3}(\.\d+)?")


class ActForm(forms.Form):
    """One act on the areas that lie in an area."""

    act = forms.ChoiceField(label=_("What to do"), choices=ACTS, widget=forms.RadioSelect, initial="draw")
    area = forms.ChoiceField(label=_("Area"), required=False)
    others = forms.MultipleChoiceField(label=_("With"), required=False)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60, required=False)
    shape = forms.CharField(
        label=_("Corners of the line or outline"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("A corner to a line, longitude before latitude: 106.5012, 29.5034. GeoJSON will do as well."),
    )
    file = forms.FileField(label=_("Or a GeoJSON file"), required=False)

    def __init__(self, *args: Any, children: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(child.code, f"{child.name} {child.code}") for child in children]
        self.fields["area"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        self.fields["others"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Each act has what it needs."""
        found = super().clean() or {}
        act = found.get("act", "")
        if act in ("cut", "join", "give", "reshape") and not found.get("area"):
            self.add_error("area", _("Choose the area."))
        if act in ("join", "give") and not found.get("others"):
            self.add_error("others", _("Choose the neighbour."))
        if act in ("draw", "cut") and not found.get("name", "").strip():
            self.add_error("name", _("Give the new area a name."))
        if act != "join" and not (found.get("shape", "").strip() or found.get("file")):
            self.add_error("shape", _("Draw on the map, type the corners, or give a file."))
        return found


def shape_in(cleaned: dict[str, Any]) -> Any:
    """The one geometry of an act: typed corners, or GeoJSON (a geometry, a feature, or a collection of one)."""
    file = cleaned.get("file")
    text = file.read(MOST_CORNERS_MB * 1_000_000) if file else cleaned["shape"]
    try:
        told = json.loads(text) if file or text.lstrip().startswith("{") else typed(text, cleaned["act"])
    except (ValueError, RecursionError) as error:
        raise Malformed(what="GeoJSON", why=str(error)) from error
    shape = polygons.shape_of(_geometry(told))
    must_be_on_the_globe(shape)
    return shape


def typed(text: str, act: str) -> dict[str, Any]:
    """Corners as people type them, as GeoJSON: the line of a cut, an outline for any other act.

    >>> typed("106.50, 29.50\\n106.51 29.51", "cut")
    {'type': 'LineString', 'coordinates': [[106.5, 29.5], [106.51, 29.51]]}
    """
    corners = []
    for number, line in enumerate(text.splitlines(), 1):
        if parts := re.split(r"[\s,，;；]+", line.strip(" \t,，;；")):
            if parts == [""]:
                continue
            if len(parts) != 2 or not all(CORNER.fullmatch(part) for part in parts):
                raise Malformed(what=gettext("Corner %(number)s") % {"number": number}, why=line.strip())
            corners.append([float(part) for part in parts])
    if act == "cut":
        return {"type": "LineString", "coordinates": corners}
    return {"type": "Polygon", "coordinates": [[*corners, *corners[:1]]]}


def _geometry(told: Any) -> Any:
    if isinstance(told, dict) and told.get("type") == "FeatureCollection" and told.get("features"):
        told = told["features"][0]
    return told.get("geometry") if isinstance(told, dict) and told.get("type") == "Feature" else told


class BackgroundForm(forms.Form):
    """A background to lay."""

    KINDS = [
        ("geojson", _("GeoJSON: one file, or one for each layer")),
        ("osm", _("OpenStreetMap extract (.osm, .osm.gz, .osm.pbf)")),
        ("pmtiles", _("PMTiles with vector tiles")),
        ("scan", _("Scanned plan (PNG, JPEG, TIFF), pinned by three points")),
    ]
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    attribution = forms.CharField(
        label=_("Whose map it is"), max_length=200, required=False, help_text=_("Shown at the edge of the map.")
    )
    crs = forms.ChoiceField(
        label=_("Coordinates"),
        choices=[(Crs.WGS84, "WGS-84"), (Crs.GCJ02, "GCJ-02 (火星坐标)"), (Crs.BD09, "BD-09 (百度坐标)")],
        initial=Crs.WGS84,
    )
    area = forms.CharField(
        label=_("Area"), required=False, max_length=17, help_text=_("Its code; empty to lie under every map.")
    )

    def clean_area(self) -> str:
        """A code that reads as one; empty for everywhere."""
        text = self.cleaned_data["area"].strip()
        return codes.read(text) if text else ""


class PinsForm(forms.Form):
    """Three places seen both on the picture and on the ground."""

    def __init__(self, *args: Any, pins: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, pins + 1):
            for axis, label in (("x", _("across")), ("y", _("down")), ("lon", _("longitude")), ("lat", _("latitude"))):
                low, high = {"lon": (-180, 180), "lat": (-85, 85)}.get(axis, (0, 100_000))
                self.fields[f"{axis}{number}"] = forms.FloatField(label=label, min_value=low, max_value=high)


class RedrawForm(forms.Form):
    """One change of divisions."""

    KINDS = [
        ("rename", _("Rename")),
        ("move", _("Give another code, or move under another area")),
        ("merge", _("Merge into one")),
        ("split", _("Split off a part")),
    ]
    kind = forms.ChoiceField(label=_("What happens"), choices=KINDS, widget=forms.RadioSelect, initial="rename")
    code = forms.CharField(label=_("Code of the area"), max_length=17)
    others = forms.CharField(label=_("Codes of the areas merged with it"), required=False)
    new_code = forms.CharField(label=_("New code"), max_length=17, required=False)
    name = forms.CharField(label=_("New name"), max_length=60, required=False)
    children = forms.CharField(label=_("Codes of what goes to the new part"), required=False)
    effective_on = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    NEEDS = {"rename": ("name",), "move": ("new_code",), "merge": ("others",), "split": ("new_code", "name")}

    def clean(self) -> dict[str, Any]:
        """Each change has what it needs; codes read as codes."""
        found = super().clean() or {}
        for needed in self.NEEDS.get(found.get("kind", ""), ()):
            if not found.get(needed):
                self.add_error(needed, _("This is needed for the change you chose."))
        return found
