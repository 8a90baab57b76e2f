"""Addresses that have neither town nor language: AutoFirma's two services, and the way back from the cloud."""

from django.urls import path

from .contrib.autofirma import exchange
from .contrib.cloud import views as cloud

urlpatterns = [
    path("signing/storage/", exchange.storage, name="signing_storage"),
    path("signing/retriever/", exchange.retriever, name="signing_retriever"),
    path("signing/cloud/back/", cloud.back, name="signing_cloud_back"),
]
