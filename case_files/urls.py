"""What a citizen does in a file of hers: mend, write, withdraw. The file's town is in the address, as in her folder."""

from django.urls import path

from .views import citizen

app_name = "case_files"
urlpatterns = [
    path("folder/files/<slug:town_slug>/<str:reference>/correct/", citizen.correct, name="correct"),
    path("folder/files/<slug:town_slug>/<str:reference>/write/", citizen.write, name="write"),
    path("folder/files/<slug:town_slug>/<str:reference>/withdraw/", citizen.withdraw, name="withdraw"),
]
