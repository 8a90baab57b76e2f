"""The appointments' desk, inside the clerks' site: `admin:appointments_staff:…`."""

from django.urls import path

from . import staff_views as views

urlpatterns = [
    path("appointments-desk/", views.day, name="day"),
    path("appointments-desk/new/", views.new, name="new"),
    path("appointments-desk/block/", views.block_time, name="block"),
    path("appointments-desk/<int:booking_id>/", views.one, name="one"),
    path("appointments-desk/<int:booking_id>/<slug:verb>/", views.act, name="act"),
]
