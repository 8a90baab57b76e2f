"""The lists from which a power's scope is chosen: what the town offers and somebody may do for another."""

from collections.abc import Collection

from django.db.models import Q

from .automatic import for_companies
from .constants import AppliesAs
from .forms.applicant import CAPACITIES
from .models import Procedure

PROCEDURES, FAMILIES = "power_procedure_list", "power_family_list"


def lists_of(municipality_id: int, wanted: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Code and name of each procedure, and of each family with one; one statement where either is wanted.

    What is answered at once is answered to herself alone, so that no power serves for it, but for what is answered to a
    company too.
    """
    if not {PROCEDURES, FAMILIES} & set(wanted):
        return {}
    rows = Procedure.objects.filter(
        Q(automatic=False) | Q(code__in=for_companies),
        discreet=False,
        town_procedures__municipality=municipality_id,
        town_procedures__enabled=True,
    )
    for_another = {code for code, capacity in CAPACITIES.items() if capacity != AppliesAs.SELF}
    named = [row for row in rows.select_related("family") if for_another.intersection(row.applicants)]
    families = {row.family.prefix: str(row.family) for row in named}
    return {PROCEDURES: [(row.code, f"{row} ({row.code})") for row in named], FAMILIES: list(families.items())}
