"""The clerks' pages, inside the admin."""

from django.urls import path

from .views import failed, file, inbox

urlpatterns = [
    path("case-files/", inbox.inbox, name="inbox"),
    path("case-files/bulk/", inbox.bulk, name="bulk"),
    path("case-files/failed/", failed.failed, name="failed"),
    path("case-files/<str:reference>/", file.case_file, name="file"),
    path("case-files/<str:reference>/<slug:code>/", file.act, name="act"),
]
