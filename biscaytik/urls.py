"""Every address; the town's own segment is already in SCRIPT_NAME when these are matched."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("portal.root_urls")),
    path("", include("core.payments.root_urls")),
    path("", include("core.signing.root_urls")),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("account/", include("core.identity.urls")),
        path("account/", include("core.representation.urls")),
        path("account/", include("allauth.urls")),
        path("", include("procedures.urls")),
        path("", include("case_files.urls")),
        path("", include("core.territory.urls")),
        path("", include("core.documents.urls")),
        path("", include("core.payments.urls")),
        path("", include("core.signing.urls")),
        path("", include("town_hall.appointments.urls")),
        path("", include("portal.urls")),
    ),
]
handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
