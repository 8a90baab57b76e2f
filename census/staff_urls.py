"""The census desk, inside the clerks' site: `admin:census_staff:…`."""

from django.urls import path

from . import views

urlpatterns = [
    path("census-desk/", views.search, name="search"),
    path("census-desk/residents/<int:pk>/", views.resident, name="resident"),
    path("census-desk/residents/<int:pk>/slip/", views.slip, name="slip"),
    path("census-desk/dwellings/<int:pk>/", views.dwelling, name="dwelling"),
    path("census-desk/moves/<str:reference>/", views.match, name="match"),
]
