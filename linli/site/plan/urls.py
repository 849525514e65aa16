"""Addresses of the area pages, the map and its tiles."""

from django.urls import path, register_converter

from . import addresses, drawing, laying, redrawing, tiles, views

register_converter(addresses.CodeConverter, "code")
register_converter(addresses.BackgroundConverter, "background")
register_converter(addresses.RedrawingConverter, "redrawing")
register_converter(addresses.TileConverter, "tile")

urlpatterns = [
    path("areas/", views.tree, name="areas"),
    path("areas/redraw", redrawing.redraw, name="redraw"),
    path("areas/redraw/<redrawing:ref>", redrawing.redrawn, name="redrawn"),
    path("areas/<code:code>/", views.area, name="area"),
    path("areas/<code:code>/edit", drawing.edit, name="area-edit"),
    path("areas/<code:code>/children.json", drawing.children, name="area-children"),
    path("map", views.whole_map, name="map"),
    path("plan", laying.plan, name="plan"),
    path("plan/<background:ref>/pins", laying.pins, name="plan-pins"),
    path("plan/<background:ref>/picture", tiles.picture, name="plan-picture"),
    path("tiles/plan/<background:ref>/<str:version>/<tile:at>.mvt", tiles.plan, name="plan-tile"),
    path("tiles/areas/<str:version>/<tile:at>.mvt", tiles.areas, name="area-tile"),
]
