"""What a citizen does in a file of hers: write, answer what she is asked, withdraw."""

from django.urls import path

from .views import citizen

app_name = "case_files"
urlpatterns = [
    path("folder/files/<slug:town_slug>/<str:reference>/write/", citizen.write, name="write"),
    path("folder/files/<slug:town_slug>/<str:reference>/answer/", citizen.answer, name="answer"),
    path("folder/files/<slug:town_slug>/<str:reference>/withdraw/", citizen.withdraw, name="withdraw"),
]
