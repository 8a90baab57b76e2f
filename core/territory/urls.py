from django.urls import path

from . import views

app_name = "territory"
urlpatterns = [path("streets/", views.street_list, name="streets")]
