from django.urls import path

from . import views

app_name = "representation"
urlpatterns = [
    path("powers/", views.powers, name="powers"),
    path("powers/<str:power_number>/", views.power, name="power"),
]
