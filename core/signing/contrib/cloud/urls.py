from django.urls import path

from . import views

urlpatterns = [
    path("sign/<slug:signing_slug>/cloud/begin/", views.start, name="cloud_begin"),
    path("sign/<slug:signing_slug>/cloud/back/", views.come, name="cloud_back"),
]
