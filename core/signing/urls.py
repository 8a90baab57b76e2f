from django.urls import path

from . import views
from .gateways import gateway_urls

app_name = "signing"
urlpatterns = [
    path("sign/<slug:signing_slug>/", views.sign, name="sign"),
    path("sign/<slug:signing_slug>/file/", views.file, name="file"),
    path("sign/<slug:signing_slug>/proof/", views.proof, name="proof"),
    path("sign/<slug:signing_slug>/decline/", views.decline, name="decline"),
    *gateway_urls(),
]
