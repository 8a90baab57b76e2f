"""Publishing a form, confirming the province's new one, and forms as files."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.municipalities.services import DomainError
from procedures.catalogue import digest_of, write_versions
from procedures.definitions.checking import check
from procedures.definitions.differences import Change, Definition, diff
from procedures.definitions.fitting import fit
from procedures.definitions.schema import write
from procedures.models import DocumentType, FormVersion, TownForm, TownProcedure

from .forming import Standing, carry_over, check_allowed, look
from .towns import forget_town_procedures


@transaction.atomic(savepoint=False)
def publish_form(*, code: str, actor: Actor) -> int:
    """Make the sketch the form of new drafts; answers with its number. Drafts that are open finish on theirs.

    DomainError where nothing was changed, where the form is not right, or where it would change what is the province's.
    """
    standing = look(code, lock=True, actor=actor)
    if standing.sketch is None:
        raise DomainError(_("Nothing has been changed."), code="same")
    if standing.is_to_be_confirmed:
        raise DomainError(_("The province has changed this form. See first what changes for your town."), code="newer")
    if standing.sketch.base_id != standing.version.pk and standing.is_province:
        raise DomainError(_("The form has been published from elsewhere. Throw your changes away and begin again."))
    number = _publish(standing, standing.sketch.definition, actor)
    standing.sketch.delete()
    return number


@transaction.atomic(savepoint=False)
def import_form(*, code: str, definition: Definition, actor: Actor) -> int:
    """Publish an imported definition at once; the number of the version that is asked then.

    The same file a second time changes nothing. A sketch that somebody is editing stays.
    """
    standing = look(code, lock=True, actor=actor)
    definition = {key: definition[key] for key in ("fields", "documents")}
    if definition == standing.fitted.definition and not standing.is_to_be_confirmed:
        return number_of_form(standing)
    return _publish(standing, definition, actor)


def _publish(standing: Standing, definition: Definition, actor: Actor) -> int:
    if problems := check(definition):
        raise DomainError(problems[0].message, code="wrong")
    if standing.is_province:
        return _publish_provinces(standing, definition, actor)
    check_allowed(standing, definition)
    return _publish_towns(standing, diff(standing.base, definition), actor)


def _publish_provinces(standing: Standing, definition: Definition, actor: Actor) -> int:
    procedure = standing.procedure
    known = {document["code"] for document in standing.base["documents"]}
    asked = {document["code"] for document in definition["documents"]} - known
    if unknown := asked - set(DocumentType.objects.filter(code__in=asked).values_list("code", flat=True)):
        raise DomainError(_("No such kind of document: %(codes)s.") % {"codes": ", ".join(sorted(unknown))})
    write_versions({procedure.pk: definition})
    procedure.edited_at = timezone.now()  # from now on `load_catalogue` leaves it as it is
    procedure.save(update_fields=["edited_at"])
    version = FormVersion.objects.get(procedure=procedure, digest=digest_of(definition))
    what = f"{procedure.code} · {version.number}"
    record("procedures.form_published", actor=actor, target=procedure, object_ref=what)
    return version.number


def _publish_towns(standing: Standing, changes: list[Change], actor: Actor) -> int:
    """A new row where there is something of the town's own; without changes the town asks what the province asks."""
    procedure = standing.procedure
    town_form = None
    if changes:
        last = TownForm.objects.filter(municipality=actor.municipality_id, procedure=procedure).order_by("-number")
        number = (last.values_list("number", flat=True).first() or 0) + 1
        town_form = TownForm.objects.create(procedure=procedure, base=standing.version, number=number, changes=changes)
    offers = TownProcedure.objects.filter(municipality=actor.municipality_id, procedure=procedure)
    offers.update(town_form=town_form)
    forget_town_procedures()
    if town_form is None:
        record("procedures.town_form_removed", actor=actor, target=procedure, object_ref=procedure.code)
        return 0
    what = f"{procedure.code} · {town_form.number}"
    record("procedures.town_form_published", actor=actor, target=town_form, object_ref=what)
    return town_form.number


@transaction.atomic(savepoint=False)
def confirm_form(*, code: str, seen: tuple[int, int], insist: Collection[int] = (), actor: Actor) -> int:
    """Take up the province's new form: what still fits stays, and of what both have changed, what the town insists on.

    `seen`: ids of the town's changes and of the province's version that the page showed; `insist`: positions among
    those changes. DomainError where either is no longer the last. A sketch is carried over to the new form.
    """
    standing = look(code, lock=True, actor=actor)
    town_form, procedure = standing.town_form, standing.procedure
    if town_form is None or not standing.is_to_be_confirmed:
        raise DomainError(_("There is nothing to confirm."), code="same")
    if seen != (town_form.pk, standing.version.pk):
        raise DomainError(_("The form has changed again meanwhile. Look at it once more."), code="again")
    fitted = fit(standing.base, town_form.changes, insist=insist)
    number = _publish_towns(standing, diff(standing.base, fitted.definition), actor)
    if standing.sketch:
        kept = {(change["field"], change.get("key", "")) for at, change in enumerate(town_form.changes) if at in insist}
        carry_over(standing.sketch, standing, kept)
        standing.sketch.save(update_fields=["definition", "base"])
    record("procedures.form_confirmed", actor=actor, target=procedure, object_ref=procedure.code)
    return number


def number_of_form(standing: Standing) -> int:
    """The town's own, or the province's."""
    if standing.town_form:
        return standing.town_form.number
    return standing.version.number if standing.is_province else 0


def export_form(*, code: str, actor: Actor) -> str:
    """The form that is asked today, as a file: the province's in the county, with the town's changes in a town."""
    standing = look(code, actor=actor)
    version = standing.town_form or standing.version
    day = version.created_at.date().isoformat()
    return write(standing.fitted.definition, procedure=code, version=version.number, published_on=day)
