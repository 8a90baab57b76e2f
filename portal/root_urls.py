"""Addresses that have no language."""

from django.urls import path

from .views import look

urlpatterns = [
    path("theme/<slug:slug>.<slug:version>.css", look.theme, name="theme"),
    path("rosette/<slug:slug>.<slug:version>.svg", look.rosette, name="rosette"),
    path("theme/<slug:slug>.<slug:version>.svg", look.arms, name="arms"),
]
