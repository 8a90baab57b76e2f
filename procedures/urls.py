"""The wizard's pages; a draft's address says nothing and opens nothing without its owner."""

from django.urls import path

from . import views

app_name = "procedures"
urlpatterns = [
    path("procedures/<str:code>/start/", views.start, name="start"),
    path("drafts/<str:slug>/", views.resume, name="resume"),
    path("drafts/<str:slug>/check/", views.check, name="check"),
    path("drafts/<str:slug>/documents/", views.documents, name="documents"),
    path("drafts/<str:slug>/later/", views.later, name="later"),
    path("drafts/<str:slug>/discard/", views.discard, name="discard"),
    path("drafts/<str:slug>/done/", views.done, name="done"),
    path("drafts/<str:slug>/<slug:step>/", views.step, name="step"),
]
