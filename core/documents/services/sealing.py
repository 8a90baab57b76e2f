"""The town hall's seal on a PDF that it did not make itself."""

from django.utils import timezone

from core.documents.models import DocumentVersion

from .storing import away, open_for_reader, store


def seal_file(version: DocumentVersion) -> DocumentVersion | None:
    """Add the seal to an uploaded PDF, as its document's next version; the bytes before stay the file's beginning.

    None where there is no seal, or the file can't take one (it is locked, or broken). DomainError `away` where the
    storage or the time-stamp authority does not answer.
    """
    from core.documents import sealing  # pyHanko is 30 MB that only those who seal should carry

    seal = sealing.load_seal()
    if seal is None or version.mime != "application/pdf":
        return None
    with open_for_reader(version) as blob:
        document = blob.read()
    try:
        sealed = sealing.add_seal(document, seal, field=f"Seal{version.number}")
        stored = store(version.municipality_id or 0, sealed) if sealed else None
    except OSError as error:
        raise away(error) from error
    if stored is None:
        return None
    made: DocumentVersion = DocumentVersion.objects.create(
        document_id=version.document_id,
        number=version.number + 1,
        file_name=version.file_name,
        mime=version.mime,
        size=stored.size,
        sha256=stored.sha256,
        pages=version.pages,
        sealed_at=timezone.now(),
        signer=seal.name,
    )
    return made
