"""A wheel carries the browser libraries and the compiled translations, so it is made after start.py has laid them."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent


class LaidFirst(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuses to make a wheel without them; an editable install needs none."""
        words = [po.with_suffix(".mo") for po in HERE.glob("linli/locale/*/LC_MESSAGES/*.po")]
        missing = [path for path in [HERE / "linli/site/static/vendor/.recipe", *words] if not path.exists()]
        if version != "editable" and missing:
            raise RuntimeError(f"{missing[0]} is not laid. Next: python3 start.py version, then build again.")
