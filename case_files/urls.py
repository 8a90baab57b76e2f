"""What a citizen does in a file of hers: write, answer what she is asked, withdraw."""

from django.urls import path

from .views import citizen, joining

app_name = "case_files"
urlpatterns = [
    path("folder/joining/<slug:joining_slug>/", joining.joining, name="joining"),
    path("folder/joining/<slug:joining_slug>/<str:joining_csv>/", joining.paper, name="joining_paper"),
    path("folder/files/<slug:town_slug>/<str:reference>/write/", citizen.write, name="write"),
    path("folder/files/<slug:town_slug>/<str:reference>/answer/", citizen.answer, name="answer"),
    path("folder/files/<slug:town_slug>/<str:reference>/withdraw/", citizen.withdraw, name="withdraw"),
]
