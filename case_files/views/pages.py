"""Pages inside Django's admin need what its site puts around them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import render

from core.municipalities.constants import Module


def staff_page(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the clerks' site."""
    return render(request, template, admin.site.each_context(request) | context)


def of_the_module(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A town that has not taken up file management has none of its pages."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.town is None or Module.CASE_FILES not in request.town.modules:
            raise Http404("file management is not in use here")
        return view(request, *args, **kwargs)

    return guarded
