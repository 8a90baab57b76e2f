"""The census desk, inside the clerks' site: `admin:census_staff:…`."""

from django.urls import path

from . import change_views, views

urlpatterns = [
    path("census-desk/", views.search, name="search"),
    path("census-desk/residents/<int:resident_id>/", views.resident, name="resident"),
    path("census-desk/residents/<int:resident_id>/slip/", views.slip, name="slip"),
    path("census-desk/dwellings/<int:dwelling_id>/", views.dwelling, name="dwelling"),
    path("census-desk/moves/<str:reference>/", views.match, name="match"),
    path("census-desk/changes/<str:reference>/", change_views.change, name="change"),
]
