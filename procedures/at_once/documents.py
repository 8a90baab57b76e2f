"""DIG-006: what stands under a document's code, as a sealed answer."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from case_files.models import CaseFile
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import verify
from core.municipalities.services import DomainError
from procedures.automatic import CLERK, register_automatic
from procedures.services.statements import both, extract

YES, NO = ("Bai", "Sí"), ("Ez", "No")


@register_automatic("DIG-006")
def check_document(case_file: CaseFile, actor: Actor) -> Document:
    """Whether a document is the town hall's own and unchanged, without a word of its contents (Ley 39/2015, art. 27.3).

    A code that nobody issued here may be of an older system, or of another administration: a clerk looks.
    """
    found = verify(str(case_file.data["csv_code"]))
    if found is None:
        raise DomainError(_("No document of this portal has the code: perhaps another system issued it."), code=CLERK)
    hall = found.town.municipality
    return extract(
        kind=DocumentKind.OTHER,
        title=("Dokumentuaren egiaztapena", "Comprobación del documento"),
        intro=(
            "Kode hau duen dokumentua Udalaren egoitza elektronikoan dago.",
            "El documento con este código está en la sede electrónica del Ayuntamiento.",
        ),
        lines=[
            (("Egiaztapen-kode segurua", "Código seguro de verificación"), found.grouped),
            (("Dokumentua", "Documento"), (found.title_eu, found.title_es)),
            (("Nork emana", "Emitido por"), (hall.hall_eu, hall.hall_es)),
            (("Eguna", "Fecha"), both(lambda: date_format(timezone.localtime(found.issued_at), "DATETIME_FORMAT"))),
            (("Zigilu elektronikoa", "Sello electrónico"), YES if found.sealed else NO),
            (("Zigilatu zenetik aldatu gabe", "Sin cambios desde entonces"), YES if found.intact else NO),
            (("Sinatzailea", "Firmante"), found.signer),
            (("SHA-256", "SHA-256"), found.sha256),
        ],
        reference=case_file.reference,
        language=case_file.language,
        actor=actor,
    )
