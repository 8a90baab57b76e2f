from django.urls import path

from . import views

urlpatterns = [
    path("certificate/", views.start, name="certificate"),
    path("certificate/present/", views.present, name="certificate_present"),
    path("certificate/back/", views.back, name="certificate_back"),
]
