from django.urls import path, re_path

from . import views

urlpatterns = [
    path("registry/", views.day_book, name="day_book"),
    path("registry/export/", views.export, name="export"),
    path("registry/books/", views.books, name="books"),
    path("registry/books/<int:pk>/verify/", views.verify, name="verify"),
    re_path("^registry/new/(?P<kind>[ES])/$", views.desk, name="desk"),
    path("registry/<int:pk>/", views.entry, name="entry"),
    path("registry/<int:pk>/label/", views.label, name="label"),
]
