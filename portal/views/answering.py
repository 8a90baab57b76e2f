"""A citizen's answer to what the town hall asks her to complete: words for each thing, and files that are checked."""

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from case_files.models import CaseFile, CorrectionRequest
from case_files.services import receive_correction
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.documents.services import check_upload, new_upload, store
from core.identity.services import actor_of
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from portal.templatetags.portal_ui import text_in_language


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "portal/files_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """One of them, for the field's own checks; `deliver` takes them all."""
        return files.get(name)


class AnswerForm(forms.Form):
    """One answer for each thing that the town hall asks; the key makes a double click one delivery."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, correction: CorrectionRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid.uuid4()
        for position, item in enumerate(correction.items):
            self.fields[f"answer_{position}"] = forms.CharField(
                label=text_in_language(item), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
            )

        self.fields["files"] = forms.FileField(
            label=_("Documents that you deliver"),
            help_text=_("PDF, photographs or office documents, up to 20 MB each. You may choose several."),
            required=False,
            widget=Files,
        )

    def answers(self) -> dict[str, str]:
        """Position of the item → what she writes, as `receive_correction` takes it."""
        return {name.removeprefix("answer_"): text for name, text in self.cleaned_data.items() if name[:7] == "answer_"}


def deliver(request: Any, row: CaseFile, form: AnswerForm) -> bool:
    """Write behind the town's door; what is refused is said beside the question."""
    actor = replace(actor_of(request), municipality_id=row.municipality_id)  # her folder is the same in every town
    try:
        with acting_for(row.municipality_id or 0):
            documents = _kept(request.FILES.getlist("files"), row, actor)
            receive_correction(
                case_file=row, data=form.answers(), documents=documents, key=form.cleaned_data["key"].hex, actor=actor
            )
    except DomainError as error:
        form.add_error({"answer": "answer_0", "files": "files"}.get(error.field or ""), str(error.message))
        return False
    return True


def _kept(files: list[Any], row: CaseFile, actor: Actor) -> list[tuple[Document, DocumentVersion]]:
    """Each file checked and stored, as unsaved rows."""
    kept, size = [], 0
    for count, file in enumerate(files):
        checked = check_upload(file, field="files", already_bytes=size, already_files=count)
        size += checked.size
        stored = store(row.municipality_id or 0, file)
        kept.append(
            new_upload(
                kind=DocumentKind.OTHER,
                title=checked.name,
                stored=stored,
                file_name=checked.name,
                mime=checked.mime,
                language=row.language,
                actor=actor,
            )
        )
    return kept
