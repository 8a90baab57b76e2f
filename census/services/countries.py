"""Countries as the INE numbers them, and whose people renew their inscription."""

import csv
from functools import cache

from census.ine.layout import DATA
from core.territory.services import normalised

SPAIN = "108"
# EU, EEA and Switzerland: they confirm their residence (NO_ENCSARP), the others renew (Ley 7/1985, art. 16.1)
EU_REGIME = frozenset(
    {
        *("AT", "BE", "BG", "HR", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HU", "IE", "IT", "LT", "LU"),
        *("LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "CH"),
    }
)


@cache
def countries() -> dict[str, dict[str, str]]:
    """Code → {code, alpha2, name_eu, name_es, name_en, country_eu, country_es}."""
    with (DATA / "countries.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row for row in csv.DictReader(lines, delimiter=";")}


def read_country(text: str) -> str:
    """The INE's code of a country that somebody named, or a nationality, in any of our languages; "" if unknown."""
    wanted = normalised(text)
    for code, country in countries().items():
        if wanted and wanted in {normalised(value) for value in country.values()}:
            return code
    return ""


def in_eu_regime(code: str) -> bool:
    """Whether a nationality is of the European regime; an unknown one is not known to be."""
    country = countries().get(code)
    return country is not None and country["alpha2"] in EU_REGIME
