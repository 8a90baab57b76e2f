"""At the desk: filing for somebody. And the desks of forms and workflows, the operator's and the towns'."""

from django.urls import path

from . import staff
from .views import desk, workflow_desk

urlpatterns = [
    path("desk-filing/", staff.file_for, name="filing"),
    path("forms/", desk.forms, name="forms"),
    path("forms/<str:code>/", desk.form, name="form"),
    path("forms/<str:code>/add/", desk.question, name="new_question"),
    path("forms/<str:code>/questions/<slug:name>/", desk.question, name="question"),
    path("forms/<str:code>/arrange/", desk.arrange, name="arrange"),
    path("forms/<str:code>/publish/", desk.publish, name="publish"),
    path("forms/<str:code>/confirm/", desk.confirm, name="confirm"),
    path("forms/<str:code>/discard/", desk.discard, name="discard"),
    path("forms/<str:code>/file/", desk.file, name="file"),
    path("workflows/", workflow_desk.workflow_list, name="workflows"),
    path("workflows/<slug:code>/", workflow_desk.workflow, name="workflow"),
]
