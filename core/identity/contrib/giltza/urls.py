from django.urls import path

from . import views

urlpatterns = [
    path("giltza/", views.start, name="giltza"),
    path("giltza/back/", views.back, name="giltza_back"),
]
