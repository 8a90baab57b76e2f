"""How Basque writes dates: the month in the genitive (its forms stand in locale/portal), 2026ko azaroaren 22a."""

DATE_FORMAT = r"Y\k\o E j\a"
DATETIME_FORMAT = r"Y\k\o E j\a, H:i"
