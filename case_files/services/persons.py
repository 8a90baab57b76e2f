"""When two persons turn out to be one, her files follow her."""

from case_files.models import CaseParty
from core.municipalities.scope import acting_for, reading_own


def follow_person(old_id: int, new_id: int) -> None:
    """Re-point the party rows of the person that was merged, in every town where she has any."""
    with reading_own(old_id):
        towns = set(CaseParty.objects.filter(person_id=old_id).values_list("municipality_id", flat=True))
    for town in sorted(town for town in towns if town):
        with acting_for(town):
            CaseParty.objects.filter(person_id=old_id).update(person_id=new_id)
