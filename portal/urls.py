from django.urls import path

from .views import home, pages

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("offices/", pages.offices, name="offices"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]
