"""Pages below `account/`, beside allauth's own."""

from django.urls import path

from .views import door

app_name = "identity"
urlpatterns = [
    path("clerks/", door.staff_door, name="staff_door"),
]
