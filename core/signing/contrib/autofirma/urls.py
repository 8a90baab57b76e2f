from django.urls import path

from . import views

urlpatterns = [
    path("sign/<slug:signing_slug>/autofirma/begin/", views.begin, name="autofirma_begin"),
    path("sign/<slug:signing_slug>/autofirma/", views.wait, name="autofirma"),
    path("sign/<slug:signing_slug>/autofirma/state/", views.state, name="autofirma_state"),
]
