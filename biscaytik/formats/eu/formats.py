"""How Basque writes dates: the month in the genitive (its forms stand in locale/portal), 2026ko azaroaren 22a.

S is the year's ending, see core/municipalities/dates.py.
"""

DATE_FORMAT = r"YS E j\a"
DATETIME_FORMAT = r"YS E j\a, H:i"
YEAR_MONTH_FORMAT = r"YS F"
