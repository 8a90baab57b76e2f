"""Pages below `account/`, beside allauth's own."""

from django.urls import path

from .gateways import gateway_urls
from .views import account, arrival, door, session

app_name = "identity"
urlpatterns = [
    path("", account.account, name="account"),
    path("identify/", account.choose, name="choose"),
    path("identified/", arrival.arrived, name="arrived"),
    path("session/", session.session, name="session"),
    path("who-has-seen-my-data/", account.readings, name="readings"),
    path("clerks/", door.staff_door, name="staff_door"),
    *gateway_urls(),
]
