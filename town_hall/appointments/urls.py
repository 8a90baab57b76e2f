from django.urls import path

from . import views

app_name = "appointments"
urlpatterns = [
    path("appointments/", views.services, name="services"),
    path("appointments/<int:service_id>/", views.offices, name="offices"),
    path("appointments/<int:service_id>/<int:office_id>/", views.times, name="times"),
    path("appointments/<int:service_id>/<int:office_id>/<slug:stamp>/", views.details, name="details"),
    path("appointments/mine/<slug:token>/", views.mine, name="mine"),
    path("appointments/mine/<slug:token>/calendar/", views.calendar, name="calendar"),
    path("appointments/mine/<slug:token>/cancel/", views.cancel_mine, name="cancel"),
    path("appointments/mine/<slug:token>/move/", views.move_mine, name="move"),
]
