"""Addresses that have no language."""

from django.urls import path

from .views import look, verify

urlpatterns = [
    path("theme/<slug:slug>.<slug:version>.css", look.theme, name="theme"),
    path("v/<str:csv>/", verify.short_address, name="short_address"),
    path("v/<str:csv>", verify.short_address, name="short_address"),
    path("rosette/<slug:slug>.<slug:version>.svg", look.rosette, name="rosette"),
    path("theme/<slug:slug>.<slug:version>.svg", look.arms, name="arms"),
]
