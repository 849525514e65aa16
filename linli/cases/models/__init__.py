"""What the room keeps: cases and their steps, who has them in hand, who raised them, the published list."""

from .beside import Photo, Raiser, Rating, Subscription
from .cases import Case, CaseSet, Source, StandsOpen, Step, Urgency
from .hands import Assignment, Part
from .lists import Category, Line

__all__ = [
    "Assignment",
    "Case",
    "CaseSet",
    "Category",
    "Line",
    "Part",
    "Photo",
    "Raiser",
    "Rating",
    "Source",
    "StandsOpen",
    "Step",
    "Subscription",
    "Urgency",
]
