from django.urls import path

from .views import catalogue, folder, home, lookups, notifications, pages, progress, verify

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("procedures/", catalogue.catalogue, name="catalogue"),
    path("procedures/<slug:code>/", catalogue.procedure, name="procedure"),
    path("procedures/<slug:code>/for-you/", catalogue.eligibility, name="eligibility"),
    path("procedures/<slug:code>/checklist/", catalogue.checklist, name="checklist"),
    path("folder/", folder.folder, name="folder"),
    path("folder/files/<slug:town_slug>/<slug:reference>/", folder.case_file, name="case_file"),
    path("folder/looked-up/", lookups.lookups, name="lookups"),
    path("folder/notifications/<int:pk>/", notifications.notification, name="notification"),
    path("status/", progress.progress, name="status"),
    path("verify/", verify.verify_document, name="verify"),
    path("offices/", pages.offices, name="offices"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]
