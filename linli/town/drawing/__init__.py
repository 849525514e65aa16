"""The made-up town, drawn from a seed: numbers and shapes only, no database.

The town and its district are invented, and so is where they lie (see `features.ORIGIN`): no real place is
shown, and no street, name or number in the drawing is anyone's.
"""

from linli.town.drawing.drawing import Drawing, draw, export
from linli.town.drawing.features import LAYERS, Area, Feature

__all__ = ["LAYERS", "Area", "Drawing", "Feature", "draw", "export"]
