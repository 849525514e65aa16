"""The town is settled block by block: some hundred dwellings each, with everyone who lives there.

Every block is drawn from a seed of its own, and its numbers, references and keys follow from where it lies in the
row of blocks. So blocks may be drawn in another process than the one that writes them, and whoever was interrupted
goes on with the next block as if nothing had been.
"""

from collections.abc import Iterator
from random import Random

from linli.language import sounds
from linli.registers import addresses, indexing
from linli.registers.models import Register

from . import numbers
from .firms import Firm, Jobs, firms
from .houses import Street, Town
from .people import Block, Frame
from .portions import BUSINESS, Ground, Portion, Ready, Seen, Words, digest_of, seen_lately

FEWEST, MOST_BLOCKS = 400, 500  # dwellings to a block, and blocks: each is written well within a second
FIRMS_AT_ONCE = 600


class Blocks:
    """Draws the portions of a town: first its shops and firms, then its dwellings with the people in them."""

    def __init__(self, town: Town, ground: Ground, vendor: str) -> None:
        self.town, self.ground = town, ground
        self.street = Street(town.houses)
        self.firms = firms(town, ground.today)
        self.ready, self.words = Ready(), Words(vendor)
        size = max(FEWEST, -(-len(self.street) // MOST_BLOCKS))
        jobs = Jobs(self.firms)
        self.frame = Frame(town.seed, ground, self.street, size, self.firms, jobs, self.ready, self.words)
        self.of_firms = -(-len(self.firms) // FIRMS_AT_ONCE)

    @property
    def steps(self) -> int:
        """How many portions there are."""
        return self.of_firms + self.frame.blocks

    def portions(self, first: int) -> Iterator[Portion]:
        """The portions from one on."""
        for step in range(first, self.steps):
            yield self.portion(step)

    def portion(self, step: int) -> Portion:
        """One portion, the same whatever was drawn before it."""
        firms_first = step < self.of_firms
        portion = self._firms(step) if firms_first else Block(self.frame, step - self.of_firms).portion()
        portion.step, portion.steps = step, self.steps
        return portion

    def _firms(self, step: int) -> Portion:
        first = step * FIRMS_AT_ONCE
        some = self.firms[first : first + FIRMS_AT_ONCE]
        portion = Portion(some[0].area[:6])
        rng = Random(f"{self.town.seed}:firms:{step}")  # noqa: S311 - a made-up town, not a secret
        for number, firm in enumerate(some, start=first):
            self._firm(portion, firm, number, seen_lately(rng, self.ground.today, firm.opened))
        portion.digest = digest_of(row[1] for row in portion.of(BUSINESS))
        return portion

    def _firm(self, portion: Portion, firm: Firm, number: int, seen: Seen) -> None:
        key, ready = self.ground.business + number, self.ready
        said = sounds.pinyin(firm.name)
        portion.of(BUSINESS).append(
            (key, numbers.ref("E", number, self.town.seed), firm.area, firm.lon, firm.lat, firm.name, said, firm.kind,
             firm.code, firm.trade, firm.address, addresses.key_of(firm.address), firm.head,
             ready.firm_phone(firm.phone), ready.firm_phone_index(firm.phone), firm.staff, str(firm.opened),
             *seen, self.ground.batch)
        )  # fmt: skip
        words = {"name": firm.name, "sounds": said, "address": firm.address, "credit_code": firm.code}
        line = self.words.of(Register.BUSINESS, firm.area, **words)
        portion.words.append((indexing.row_of(Register.BUSINESS, key), line))
