"""Error pages; they read nothing behind the wall."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render


def bad_request(request: Any, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: Any, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: Any, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: Any) -> HttpResponse:
    return render(request, "errors/500.html", status=500)
