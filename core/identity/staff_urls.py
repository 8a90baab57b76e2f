from django.urls import path

from .views import staff

urlpatterns = [
    path("desk/", staff.desk, name="desk"),
    path("desk/code/", staff.desk_code, name="desk_code"),
    path("towns/", staff.towns, name="towns"),
    path("towns/<slug:slug>/", staff.town, name="town"),
]
