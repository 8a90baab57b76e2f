from django.urls import path

from . import views

urlpatterns = [path("sign/<slug:signing_slug>/demo/", views.sign, name="demo")]
