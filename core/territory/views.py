from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from .services import streets


@require_GET
@cache_control(public=True, max_age=300)
def street_list(request: HttpRequest) -> JsonResponse:
    """`?q=art` → `{"streets": [{"code", "name"}]}`: what an address box offers; public, for street names are."""
    town = request.town  # type: ignore[attr-defined]
    found = streets(town.municipality, request.GET.get("q", "")[:80]) if town else []
    return JsonResponse({"streets": [{"code": street.code, "name": str(street)} for street in found]})
