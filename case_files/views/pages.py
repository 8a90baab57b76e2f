"""Pages inside Django's admin need what its site puts around them."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render


def staff_page(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the clerks' site."""
    return render(request, template, {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context})
