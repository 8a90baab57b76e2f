"""The same page inside the clerks' site, where the actor is a clerk of the open town."""

from django.urls import path

from . import views

urlpatterns = [path("documents/<str:csv>/", views.download, name="download")]
