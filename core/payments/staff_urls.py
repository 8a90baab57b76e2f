from django.urls import path

from . import staff

urlpatterns = [
    path("payments/doubtful/", staff.doubtful, name="doubtful"),
]
