"""What the padron states by itself, with the town hall's seal: certificates, household slips, proofs of a renewal.

The padron's certificates are public documents (Ley 7/1985, art. 16.1; RD 1690/1986, art. 61). Those here are automated
administrative acts (Ley 40/2015, arts. 41 and 42): the town has to have approved and published them as such, which is
what switching the procedure on says.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from census.constants import IdentifierType, SlipLanguage, Variation
from census.models import Inscription, Resident
from core.audit.services import Actor, record
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError, find_town, terms

from .finding import home_of, household_of, resident_since
from .slips import nationality_of, place_of_birth

Said = dict[str, str]
TITLES: dict[str, Said] = {
    "certificate": {"eu": "Errolda-ziurtagiria", "es": "Certificado de empadronamiento"},
    "negative": {"eu": "Errolda-ziurtagiri negatiboa", "es": "Certificado negativo de empadronamiento"},
    "left": {"eu": "Erroldako bajaren ziurtagiria", "es": "Certificado de baja en el padrón"},
    "household": {"eu": "Errolda-agiri kolektiboa (bolantea)", "es": "Volante de empadronamiento colectivo"},
    "renewed": {"eu": "Errolda-inskripzioa berritu izanaren agiria", "es": "Justificante de renovación padronal"},
    "population": {"eu": "Udalerriko biztanleria", "es": "Población del municipio"},
    "confirmed": {"eu": "Bizilekua berretsi izanaren agiria", "es": "Justificante de confirmación de residencia"},
}
SEALED = gettext_lazy(
    "Issued by automated administrative action with the town hall's electronic seal (Law 40/2015, articles 41 and 42). "
    "The certificates of the register of inhabitants are public documents that prove residence (Law 7/1985, article "
    "16.1)."
)
INFORMS = gettext_lazy(
    "It informs about the register of inhabitants on the day on which it was issued, by automated administrative "
    "action, and carries the town hall's electronic seal."
)


def said(text: Promise | str) -> Said:
    """A lazy text in Basque and in Spanish."""
    both = {}
    for language in ("eu", "es"):
        with override(language):
            both[language] = str(text)
    return both


def day(on: date) -> Said:
    return {"eu": f"{on:%Y/%m/%d}", "es": f"{on:%d/%m/%Y}"}


def state(
    title: str,
    *,
    intro: Promise,
    lines: Sequence[tuple[Promise, str | Said]],
    tables: Sequence[Mapping[str, Any]] = (),
    closing: Promise = SEALED,
    holder: str = "",
    language: str = "eu",
    reference: str = "",
    kind: DocumentKind = DocumentKind.CERTIFICATE,
    actor: Actor,
) -> Document:
    """An unsaved statement; lines without a value are left out. `holder`: whose document opens its verification."""
    context: dict[str, Any] = {
        "intro": said(intro),
        "lines": [{"label": said(label), "value": value} for label, value in lines if value],
        "tables": list(tables),
        "closing": said(closing),
        "issued_at": timezone.localtime().isoformat(timespec="seconds"),
    }
    return new_document(
        kind=kind,
        title_eu=TITLES[title]["eu"],
        title_es=TITLES[title]["es"],
        template="extract",
        context=context
        | ({"holder_identifier": holder} if holder else {})
        | ({"reference": reference} if reference else {}),
        language={SlipLanguage.BOTH: "bi", SlipLanguage.SPANISH: "es"}.get(SlipLanguage(language), "eu"),
        actor=actor,
    )


def table(title: Promise | str, columns: Sequence[Promise], rows: Sequence[Sequence[str | Said]]) -> dict[str, Any]:
    return {"title": said(title), "columns": [said(column) for column in columns], "rows": [list(row) for row in rows]}


def certificate(
    *, resident: Resident, purpose: str | Said = "", language: str, reference: str = "", actor: Actor
) -> Document:
    """The individual certificate of who lives here today, unsaved."""
    document = state(
        "certificate",
        intro=gettext_lazy(
            "The secretary's office of this town hall certifies that, according to the municipal register of "
            "inhabitants (padrón), this person is registered in this municipality today:"
        ),
        lines=[*lines_of(resident, _home(resident)), (gettext_lazy("Purpose"), purpose)],
        holder=resident.identifier,
        language=language,
        reference=reference,
        actor=actor,
    )
    _note("census.certified", resident, document, actor)
    return document


def left_certificate(*, resident: Resident, purpose: str, reference: str, actor: Actor) -> Document:
    """That somebody who was registered here no longer is: each stay, and how it ended. Unsaved."""
    document = state(
        "left",
        intro=gettext_lazy(
            "The secretary's office of this town hall certifies that this person is not registered in this "
            "municipality today, and was registered as follows:"
        ),
        lines=[*_identity(resident), (gettext_lazy("Purpose"), purpose)],
        tables=[stays_of(resident)],
        holder=resident.identifier,
        language=SlipLanguage.BOTH,
        reference=reference,
        actor=actor,
    )
    _note("census.certified", resident, document, actor)
    return document


def negative_certificate(*, name: str, identifier: str, purpose: str, reference: str, actor: Actor) -> Document:
    """That nobody of this name and document is or was registered here. Unsaved; the caller has looked."""
    document = state(
        "negative",
        intro=gettext_lazy(
            "The secretary's office of this town hall certifies that this person does not appear in the municipal "
            "register of inhabitants (padrón) of this municipality, today or in the past:"
        ),
        lines=[
            (gettext_lazy("Name and surnames"), name),
            (gettext_lazy("Identity document"), identifier),
            (gettext_lazy("Purpose"), purpose),
        ],
        holder=identifier,
        language=SlipLanguage.BOTH,
        reference=reference,
        actor=actor,
    )
    record("census.certified", actor=actor, subject=actor.person_id, object_ref=document.csv)
    return document


def household_slip(
    *, resident: Resident, purpose: str | Said = "", language: str, reference: str = "", actor: Actor
) -> Document:
    """Who lives at one address: the holder's number whole, the others' masked. Unsaved."""
    home = _home(resident)
    rows: list[list[str | Said]] = [
        [str(one), one.identifier if one == resident else masked(one), day(one.born_on), day(since)]
        for one, since in ((row.resident, row.starts_on) for row in household_of(home.dwelling))
    ]
    document = state(
        "household",
        intro=gettext_lazy(
            "According to the municipal register of inhabitants (padrón) as it stands today, these people are "
            "registered at this address:"
        ),
        lines=[
            (gettext_lazy("Asked for by"), str(resident)),
            (gettext_lazy("Identity document"), resident.identifier),
            *_address(home),
            (gettext_lazy("Purpose"), purpose),
        ],
        tables=[
            table(
                "",
                (
                    gettext_lazy("Name and surnames"),
                    gettext_lazy("Identity document"),
                    gettext_lazy("Date of birth"),
                    gettext_lazy("Here since"),
                ),
                rows,
            )
        ],
        closing=INFORMS,
        holder=resident.identifier,
        language=language,
        reference=reference,
        actor=actor,
    )
    _note("census.slip_issued", resident, document, actor)
    return document


def proof_of_staying(*, resident: Resident, variation: str, reference: str, actor: Actor) -> Document:
    """That an inscription was renewed, or a residence confirmed, today. Unsaved."""
    renewed = variation == Variation.RENEWAL
    today = terms.local_today()
    lines = [*lines_of(resident, _home(resident))]
    lines.append((gettext_lazy("Renewed on") if renewed else gettext_lazy("Confirmed on"), day(today)))
    if renewed:
        lines.append((gettext_lazy("To be renewed before"), day(in_two_years(today))))
    return state(
        "renewed" if renewed else "confirmed",
        intro=gettext_lazy("This person goes on living in this municipality, and the register of inhabitants says so:"),
        lines=lines,
        closing=INFORMS,
        holder=resident.identifier,
        language=SlipLanguage.BOTH,
        reference=reference,
        actor=actor,
    )


def in_two_years(on: date) -> date:
    """When an inscription that has to be renewed lapses (Ley 7/1985, art. 16.1): date to date."""
    return date(on.year + 2, on.month, min(on.day, 28) if on.month == 2 else on.day)


def lines_of(resident: Resident, home: Inscription) -> list[tuple[Promise, str | Said]]:
    """What the padron says of one resident, for a document about her."""
    return [
        *_identity(resident),
        (gettext_lazy("Nationality"), nationality_of(resident)),
        *_address(home),
        (gettext_lazy("Registered in the municipality since"), day(resident_since(resident) or home.starts_on)),
        (gettext_lazy("At this address since"), day(home.starts_on)),
    ]


def stays_of(resident: Resident, begin: date | None = None, end: date | None = None) -> dict[str, Any]:
    """A table of the addresses that she has had here, oldest first; those of a period where it is given."""
    stays = Inscription.objects.filter(resident=resident).select_related("dwelling__street").order_by("starts_on", "pk")
    rows = [
        [
            {key: stay.dwelling.said(key) for key in ("eu", "es")},
            day(stay.starts_on),
            day(stay.ends_on) if stay.ends_on else "",
            said(Variation(stay.ended_by).label) if stay.ended_by else "",
        ]
        for stay in stays
        if (end is None or stay.starts_on <= end) and (begin is None or stay.ends_on is None or stay.ends_on >= begin)
    ]
    columns = (gettext_lazy("Address"), gettext_lazy("From"), gettext_lazy("Until"), gettext_lazy("Why it ended"))
    return table(gettext_lazy("Addresses"), columns, rows)


def _identity(resident: Resident) -> list[tuple[Promise, str | Said]]:
    return [
        (gettext_lazy("Name and surnames"), str(resident)),
        (gettext_lazy("Identity document"), resident.identifier),
        (gettext_lazy("Date of birth"), day(resident.born_on)),
        (gettext_lazy("Place of birth"), place_of_birth(resident)),
    ]


def _address(home: Inscription) -> list[tuple[Promise, str | Said]]:
    town = find_town(open_municipality() or 0).municipality
    place = {"eu": f"{home.dwelling.postcode} {town.name_eu}", "es": f"{home.dwelling.postcode} {town.name_es}"}
    return [
        (gettext_lazy("Address"), {key: home.dwelling.said(key) for key in ("eu", "es")}),
        (gettext_lazy("Postcode and place"), {key: text.strip() for key, text in place.items()}),
        (gettext_lazy("District and section"), f"{home.dwelling.district}-{home.dwelling.section}"),
    ]


def _home(resident: Resident) -> Inscription:
    home = home_of(resident)
    if home is None:
        raise DomainError(_("%(name)s does not live in this town today.") % {"name": resident}, code="clerk")
    return home


def _note(action: str, resident: Resident, document: Document, actor: Actor) -> None:
    record(action, actor=actor, target=resident, subject=resident.person_id, object_ref=document.csv)


def masked(resident: Resident) -> str:
    """An identity document as it may be shown to others (LOPDGDD, additional provision 7)."""
    number = resident.identifier
    if resident.identifier_type == IdentifierType.DNI:
        return f"***{number[3:7]}**"
    if resident.identifier_type == IdentifierType.RESIDENCE_CARD:
        return f"****{number[4:8]}*"
    return f"{'*' * (len(number) - 4)}{number[-4:]}" if number else ""
