"""A notification: a courtesy notice is simply read; to open a legal one has legal effect, so she is told before."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.municipalities.middleware import own_rows_only
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from core.notifications.services import open_notification, reject_notification
from portal.status import told, town_of


@login_required
def notification(request: Any, pk: int) -> HttpResponse:
    """GET shows it, or the page before it; POST `open` or `reject` a legal one."""
    if not request.actor.person_id:
        raise Http404
    row: Notification = get_object_or_404(Notification.objects.select_related("document"), pk=pk)
    if row.state == NotificationState.CREATED:
        raise Http404
    waits = row.legal and row.state == NotificationState.AVAILABLE
    if request.method == "POST" and waits:
        if "reject" in request.POST:
            row = reject_notification(notification=row, actor=request.actor)
            messages.info(request, _("You have rejected it. The case file goes on as if you had read it."))
            return HttpResponseRedirect(reverse("portal:folder"))
        open_notification(notification=row, actor=request.actor)
        return HttpResponseRedirect(request.path)
    if not row.legal and row.state == NotificationState.AVAILABLE:
        open_notification(notification=row, actor=request.actor)
    context = {"notification": row, "file_town": town_of(row), "waits": waits, "told": told(row)}
    return render(request, "portal/notification.html", context)


notification = own_rows_only(notification)
