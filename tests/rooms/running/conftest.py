"""Houses to keep running."""

from tests.fault.conftest import another, begun, empty, house

__all__ = ["another", "begun", "empty", "house"]
