"""What a clerk does with a signature that she asked for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from case_files.rights import get_case_file_for
from case_files.services import cancel_signature
from core.municipalities.services import DomainError


@require_POST
def cancel(request: Any, reference: str, signing_slug: str) -> HttpResponse:
    """The town does not ask for it any more."""
    file = get_case_file_for(request.actor, reference)
    try:
        reason = request.POST.get("reason", "")
        cancel_signature(case_file=file, slug=signing_slug, reason=reason, actor=request.actor)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The signature is not asked for any more."))
    return HttpResponseRedirect(f"{reverse('admin:case_files_staff:file', args=[file.reference])}?section=documents")
