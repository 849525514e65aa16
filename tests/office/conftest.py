"""The house of the registers' tests stands here too."""

from tests.rooms.registers.conftest import home

__all__ = ["home"]
