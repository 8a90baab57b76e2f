"""Addresses that have neither town nor language: where gateways notify."""

from django.urls import path

from . import views

urlpatterns = [path("payments/<str:token>/", views.notify, name="payments_notify")]
