from django.urls import path

from . import views

app_name = "payments"
urlpatterns = [
    path("pay/<slug:charge_slug>/", views.pay, name="pay"),
    path("pay/<slug:charge_slug>/back/", views.back, name="back"),
    path("pay/<slug:charge_slug>/slip/", views.slip, name="slip"),
    path("pay/<slug:charge_slug>/receipt/", views.receipt, name="receipt"),
    path("pay/<slug:charge_slug>/demo-bank/", views.demo_bank, name="demo_bank"),
]
