from django.urls import path

from . import views

urlpatterns = [
    path("sign/<slug:signing_slug>/code/send/", views.send, name="code_send"),
    path("sign/<slug:signing_slug>/code/", views.enter, name="code"),
]
