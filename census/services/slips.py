"""The individual volante (RD 1690/1986, art. 61): what the padron says of one person, today, informative."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from census.constants import PURPOSES, SlipLanguage
from census.models import Inscription, Resident
from core.audit.services import Actor, record
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document, save_all
from core.identity.constants import Role
from core.identity.models import Person
from core.identity.rights import require
from core.municipalities.services import DomainError, find_town
from core.notifications.services import outbox, render_effect

from .countries import countries
from .finding import find_resident, home_of, link, resident_since

TITLE = {"eu": "Banako errolda-agiria (bolantea)", "es": "Volante de empadronamiento individual"}


def slip_for(*, person: Person, purpose: str = "", language: str = "eu", reference: str = "", actor: Actor) -> Document:
    """Her own volante, unsaved: the caller saves it and has it rendered.

    DomainError, which says what a clerk has to look at, where the padron does not know her by a proved number.
    """
    resident = find_resident(person)
    if resident is None:
        raise DomainError(
            _("The census has nobody living here today with this person's proved identity document. Look for her by "
              "name, and give her the slip at the desk or tell her how to register."),
            code="clerk",
        )  # fmt: skip
    link(resident, person)
    return _slip(resident, purpose=purpose, language=language, reference=reference, actor=actor)


@transaction.atomic
def issue_slip(*, resident: Resident, purpose: str = "", language: str = "eu", actor: Actor) -> Document:
    """A volante at the desk, for whoever stands there and has shown who she is; a worker renders it."""
    require(actor, Role.CENSUS_OFFICER)
    document = _slip(resident, purpose=purpose, language=language, reference="", actor=actor)
    save_all([document])
    outbox([render_effect(document)])
    return document


def _slip(resident: Resident, *, purpose: str, language: str, reference: str, actor: Actor) -> Document:
    home = home_of(resident)
    if home is None:
        raise DomainError(_("%(name)s does not live in this town today.") % {"name": resident})
    document = new_document(
        kind=DocumentKind.CERTIFICATE,
        title_eu=TITLE["eu"],
        title_es=TITLE["es"],
        template="volante",
        context=slip_context(resident, home, purpose, language) | ({"reference": reference} if reference else {}),
        language={SlipLanguage.BOTH: "bi", SlipLanguage.SPANISH: "es"}.get(SlipLanguage(language), "eu"),
        actor=actor,
    )
    record("census.slip_issued", actor=actor, target=resident, subject=resident.person_id, object_ref=document.csv)
    return document


def slip_context(resident: Resident, home: Inscription, purpose: str, language: str) -> dict[str, Any]:
    """What the template `volante` is filled with (core.documents.contexts.Volante); her own number is whole."""
    town = find_town(home.municipality_id or 0).municipality
    dwelling = home.dwelling
    told: Promise | str = PURPOSES.get(purpose, "")
    return {
        "holder_name": str(resident),
        "holder_identifier": resident.identifier,
        "birth_date": resident.born_on.isoformat(),
        "birth_place": _in(language, place_of_birth(resident)),
        "nationality": nationality_of(resident),
        "address": _in(language, {key: dwelling.said(key) for key in ("eu", "es")}),
        "postcode": dwelling.postcode,
        "place": _in(language, {"eu": town.name_eu, "es": town.name_es}),
        "section": f"{dwelling.district}-{dwelling.section}",
        "registered_since": (resident_since(resident) or home.starts_on).isoformat(),
        "address_since": home.starts_on.isoformat(),
        "issued_at": timezone.localtime().isoformat(timespec="seconds"),
        "purpose": _in(language, {key: _said(told, key) for key in ("eu", "es")}),
    }


def _in(language: str, texts: dict[str, str]) -> str:
    """The text in the slip's language; both, where they differ, in a bilingual one."""
    if language == SlipLanguage.BOTH:
        return " / ".join(dict.fromkeys(texts.values()))
    return texts["es" if language == SlipLanguage.SPANISH else "eu"]


def _said(text: Promise | str, language: str) -> str:
    with override(language):
        return str(text)


def nationality_of(resident: Resident) -> dict[str, str]:
    country = countries().get(resident.nationality)
    return {key: country[f"name_{key}"] if country else resident.nationality for key in ("eu", "es")}


def place_of_birth(resident: Resident) -> dict[str, str]:
    """The town, or the country of those born abroad, {eu, es}; empty texts where the padron does not know it."""
    country = countries().get(resident.birth_place)
    known = {key: country[f"country_{key}"] if country else "" for key in ("eu", "es")}
    return dict.fromkeys(("eu", "es"), resident.birth_place_name) if resident.birth_place_name else known
