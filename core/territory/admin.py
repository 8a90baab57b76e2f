from django.contrib import admin

from core.municipalities.admin import TownAdmin

from .models import Street


@admin.register(Street)
class StreetAdmin(TownAdmin):
    list_display = ("code", "name", "kind")
    list_filter = ("kind",)
    search_fields = ("name_norm",)
