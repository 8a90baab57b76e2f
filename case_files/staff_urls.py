"""The clerks' pages, inside the admin."""

from django.urls import path

from .views import bulk, failed, file, inbox, signing
from .views.pages import of_the_module

urlpatterns = [
    path("case-files/", of_the_module(inbox.inbox), name="inbox"),
    path("case-files/bulk/", of_the_module(bulk.bulk), name="bulk"),
    path("case-files/bulk/<slug:key>/", of_the_module(bulk.bulk_result), name="bulk_result"),
    path("case-files/failed/", of_the_module(failed.failed), name="failed"),
    path("case-files/<str:reference>/", of_the_module(file.case_file), name="file"),
    path(
        "case-files/<str:reference>/signing/<slug:signing_slug>/cancel/",
        of_the_module(signing.cancel),
        name="cancel_signature",
    ),
    path("case-files/<str:reference>/<slug:code>/", of_the_module(file.act), name="act"),
]
