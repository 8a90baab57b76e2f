"""One town: households in dwellings, with where they lived before, written to the database chunk by chunk."""

import json
import math
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from django.db import models, transaction

from census.constants import IdentifierType, Variation
from census.ine.snapshot import snapshot
from census.models import Dwelling, Inscription, Movement, Resident
from census.services.numbers import reserve
from core.municipalities.models import Municipality
from core.municipalities.scope import acting_for
from core.territory.models import Street
from core.territory.services import normalised

from .copying import copy_in
from .identifiers import dni, nie
from .lists import birth_places, draw
from .people import SPAIN, YEAR, Invented, People
from .places import POSTCODES, Place, dwellings, streets_of

CHUNK = 20_000  # people in one transaction: memory stays flat, and a stop loses one chunk at most
NULL = "\\N"
NOON = time(12)
# INE CNES by cumulated share: primary, lower secondary, upper secondary, vocational, degrees
EDUCATION = ((0.08, "20"), (0.33, "32"), (0.5, "42"), (0.7, "43"), (0.85, "45"), (9.0, "47"))
_NAMES = {
    Dwelling: "id municipality_id street_id number block stair floor door postcode district section unit_code "
    "collective cadastral_ref sheet",
    Resident: "id municipality_id person_id nia given_name particle1 surname1 particle2 surname2 name_norm "
    "surname2_norm given_norm sex born_on birth_province birth_place birth_place_name nationality identifier_type "
    "identifier education electoral_number",
    Inscription: "municipality_id resident_id dwelling_id starts_on ends_on begun_by ended_by origin",
    Movement: "municipality_id resident_id variation effective_on before after case_reference created_at",
}
COLUMNS: dict[type[models.Model], list[str]] = {model: names.split() for model, names in _NAMES.items()}


@dataclass
class Counters:
    """What must go on counting from one chunk to the next."""

    residents: int = 0
    spaniards: int = 0
    foreigners: int = 0
    dwellings: int = 0


@dataclass
class Chunk:
    lines: dict[type[models.Model], list[str]] = field(default_factory=lambda: {model: [] for model in COLUMNS})
    people: int = 0


class TownGenerator:
    """`position` is the town's place among all the towns: its share of the numbers of identity hangs on it."""

    def __init__(self, town: Municipality, people: int, *, position: int, seed: int, today: date) -> None:
        self.town, self.wanted, self.position = town, people, position
        self.rng = random.Random(f"{seed}/{town.ine_code}")
        self.shift = random.Random(seed).randrange(10**6)
        self.today = today.toordinal()
        self.day = [date.fromordinal(n).isoformat() for n in range(self.today - 105 * 366, self.today + 1)]
        self.maker = People(self.rng, self.today)
        self.people = self.maker.households()
        self.births = draw(self.rng, *birth_places())
        self.chance = draw(self.rng, [n / 10_000 for n in range(10_000)])
        self.counters = Counters()
        self.homes: list[int] = []  # keys of dwellings, for where people lived before
        self.streets: list[Street] = []

    def run(self) -> Counters:
        """Fill the town; each chunk is a transaction of its own inside the town's door."""
        with acting_for(self.town.pk):
            plan = streets_of(self.rng, self.wanted)
            self.streets = [
                Street(code=f"{n:05d}", kind=kind, name=name, name_norm=normalised(name))
                for n, (kind, name) in enumerate(plan, 1)
            ]
            Street.objects.bulk_create(self.streets)
        self.places = dwellings(self.rng, plan, self.wanted)
        left = self.wanted
        while left > 0:
            with acting_for(self.town.pk), transaction.atomic(savepoint=False):
                left -= self._write(self._chunk(min(CHUNK, left)))
        return self.counters

    def _write(self, chunk: Chunk) -> int:
        for model, lines in chunk.lines.items():
            copy_in(model, COLUMNS[model], lines)
        return chunk.people

    def _chunk(self, wanted: int) -> Chunk:
        chunk = Chunk()
        resident_keys = iter(reserve(Resident, int(wanted * 1.03) + 40))
        dwelling_keys = iter(reserve(Dwelling, int(wanted * 0.75) + 60))
        while chunk.people < wanted:
            household = next(self.people)[: wanted - chunk.people]
            home, place = next(dwelling_keys), next(self.places)
            self._dwelling(chunk, home, place)
            if next(self.chance) < 0.08:  # an empty one beside it
                self._dwelling(chunk, next(dwelling_keys), next(self.places))
            arrived = self._arrival(household[0])
            earlier = self.rng.choice(self.homes) if self.homes and next(self.chance) < 0.25 else None
            for person in household:
                self._resident(chunk, next(resident_keys), person, home, place, arrived, earlier)
            if next(self.chance) < 0.03:
                self._gone(chunk, next(resident_keys), home)
            self.homes.append(home)
            chunk.people += len(household)
        return chunk

    def _arrival(self, head: Invented) -> int:
        adult = (self.today - head.born) / YEAR - 20
        years = min(max(adult, 0.1), -14 * math.log(1 - next(self.chance)))
        return self.today - int(years * YEAR) - 1

    def _dwelling(self, chunk: Chunk, key: int, place: Place) -> None:
        self.counters.dwellings += 1
        street, postcode = self.streets[place.street].pk, POSTCODES.get(self.town.ine_code or "", "")
        chunk.lines[Dwelling].append(
            f"{key}\t{self.town.pk}\t{street}\t{place.number}\t\t\t{place.floor}\t{place.door}\t{postcode}\t"
            f"{place.district}\t{place.section}\t0001701\tf\t\t{place.sheet}\n"
        )

    def _resident(
        self, chunk: Chunk, key: int, who: Invented, home: int, place: Place, arrived: int, earlier: int | None
    ) -> None:
        self._person(chunk, key, who)
        birthplace = who.nationality if who.nationality != SPAIN else ""
        if who.born > arrived:
            start, cause, origin = who.born, Variation.BIRTH, ""
        elif earlier:
            start, cause, origin = arrived, Variation.ADDRESS, ""
            before = max(who.born, arrived - 200 - int(next(self.chance) * 5000))
            first = Variation.BIRTH if before == who.born else Variation.ARRIVAL
            self._inscription(chunk, key, earlier, before, arrived, first, Variation.ADDRESS, "")
        else:
            start, cause = arrived, Variation.ARRIVAL
            origin = f"66{birthplace}" if birthplace else next(self.births)[0]
        self._inscription(chunk, key, home, start, None, cause, "", origin)
        if start > self.today - 365:
            self._movement(chunk, key, who, place, start, cause, origin)

    def _person(self, chunk: Chunk, key: int, who: Invented) -> None:
        count = self.counters
        count.residents += 1
        age = (self.today - who.born) / YEAR
        kind, number = self._identifier(who, age)
        if who.nationality != SPAIN:
            province, place, name = "66", who.nationality, ""
        else:
            code, name = next(self.births)
            province, place = code[:2], code[2:]
        particle2, surname2, norm2 = who.surname2 or ("", "", "")
        norm = f"{who.surname1.norm} {norm2} {who.given[1]}".replace("  ", " ")
        chunk.lines[Resident].append(
            f"{key}\t{self.town.pk}\t{NULL}\t{self.town.code}{count.residents:08d}\t{who.given[0]}\t"
            f"{who.surname1.particle}\t{who.surname1.name}\t{particle2}\t{surname2}\t{norm}\t{norm2}\t{who.given[1]}\t"
            f"{who.sex}\t{self._iso(who.born)}\t{province}\t{place}\t{name}\t{who.nationality}\t{kind}\t{number}\t"
            f"{self._education(age)}\t\n"
        )

    def _identifier(self, who: Invented, age: float) -> tuple[str, str]:
        count = self.counters
        if who.nationality == SPAIN:
            if age < 14 and next(self.chance) < 0.4:
                return IdentifierType.NONE.value, ""
            count.spaniards += 1
            return IdentifierType.DNI.value, dni(self.position, count.spaniards, self.shift)
        if next(self.chance) < 0.2:
            return IdentifierType.PASSPORT.value, f"{'ABCDEFGHJK'[int(age) % 10]}{self.rng.randrange(10**7):07d}"
        count.foreigners += 1
        return IdentifierType.RESIDENCE_CARD.value, nie(self.position, count.foreigners, self.shift)

    def _education(self, age: float) -> str:
        if age < 16:
            return "00"
        share = next(self.chance) + (0.15 if age < 45 else -0.2 if age > 70 else 0)
        return next(code for limit, code in EDUCATION if share < limit)

    def _inscription(
        self, chunk: Chunk, key: int, home: int, start: int, end: int | None, begun: str, ended: str, origin: str
    ) -> None:
        ends = self._iso(end) if end else NULL
        chunk.lines[Inscription].append(
            f"{self.town.pk}\t{key}\t{home}\t{self._iso(start)}\t{ends}\t{begun}\t{ended}\t{origin}\n"
        )

    def _gone(self, chunk: Chunk, key: int, home: int) -> None:
        """Somebody who died or moved away in the last years: the padron remembers."""
        died = next(self.chance) < 0.5
        age = 70 + 28 * next(self.chance) if died else 22 + 40 * next(self.chance)
        who = self.maker.adult(age, self.rng.choice("16"), None)
        self._person(chunk, key, who)
        end = self.today - 400 - int(next(self.chance) * 1500)
        cause = Variation.DEATH if died else Variation.DEPARTURE
        self._inscription(
            chunk, key, home, max(who.born, end - 4000), end, Variation.ARRIVAL, cause, next(self.births)[0]
        )

    def _movement(self, chunk: Chunk, key: int, who: Invented, place: Place, day: int, cause: str, origin: str) -> None:
        columns = chunk.lines[Resident][-1].rstrip("\n").split("\t")
        resident = Resident(**dict(zip(COLUMNS[Resident], columns, strict=True)) | {"person_id": None})
        resident.born_on = date.fromordinal(who.born)
        dwelling = Dwelling(
            street=self.streets[place.street],
            number=place.number,
            floor=place.floor,
            door=place.door,
            district=place.district,
            section=place.section,
            unit_code="0001701",
            sheet=place.sheet,
        )
        after = json.dumps(snapshot(resident, dwelling, origin), ensure_ascii=False)
        before = json.dumps(snapshot(resident, None), ensure_ascii=False) if cause == Variation.ADDRESS else "{}"
        told = datetime.combine(date.fromordinal(min(day + 2, self.today)), NOON, UTC)
        chunk.lines[Movement].append(
            f"{self.town.pk}\t{key}\t{cause}\t{self._iso(day)}\t{before}\t{after}\t\t{told.isoformat()}\n"
        )

    def _iso(self, ordinal: int) -> str:
        return self.day[ordinal - self.today - 1]
