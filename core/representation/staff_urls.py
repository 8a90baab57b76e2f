from django.urls import path

from . import staff

urlpatterns = [
    path("powers/new/", staff.new_power, name="new"),
    path("powers/revoke/", staff.revoke_power, name="revoke"),
]
