"""At the desk: payments of another amount than was asked for, and what becomes of each."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.identity.rights import require
from core.municipalities.services import DomainError

from . import services
from .constants import GivesBack
from .gateways import can_refund
from .models import PaymentAttempt
from .services.refunding import WHO


class SetAsideForm(forms.Form):
    """What the clerk says of one payment; the bank is offered where it can be told."""

    gives_back = forms.ChoiceField(label=gettext_lazy("What becomes of the money"), choices=GivesBack.choices)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What you have seen in the bank's account. It stays in the record."),
    )

    def __init__(self, attempt: PaymentAttempt, data: Any = None) -> None:
        super().__init__(data, prefix=f"a{attempt.pk}")
        if not can_refund(attempt.gateway):
            self.fields["gives_back"].choices = [  # type: ignore[attr-defined]
                choice for choice in GivesBack.choices if choice[0] != GivesBack.BANK
            ]


def doubtful(request: Any) -> HttpResponse:
    """All of the town's that wait; each with its own form, whose button sets that one aside."""
    require(request.actor, *WHO)
    asked = request.POST.get("attempt", "")
    waiting = services.doubtful()
    rows = [(one, SetAsideForm(one, request.POST if asked == str(one.pk) else None)) for one in waiting]
    if request.method == "POST":
        attempt, form = next((row for row in rows if asked == str(row[0].pk)), (None, None))
        if attempt is None or form is None:
            raise Http404  # another town's, or somebody has done it meanwhile
        if form.is_valid() and _set_aside(attempt, form, request.actor):
            messages.success(request, _("Done: it can be paid again, and whoever owes it has been told."))
            return redirect("admin:payments_staff:doubtful")
    title = _("Payments of another amount")
    context = {**admin.site.each_context(request), "title": title, "rows": rows}
    return render(request, "admin/payments/doubtful.html", context)


def _set_aside(attempt: PaymentAttempt, form: SetAsideForm, actor: Any) -> bool:
    data = form.cleaned_data
    try:
        services.set_aside(
            attempt=attempt, gives_back=GivesBack(data["gives_back"]), reason=data["reason"], actor=actor
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return False
    return True
