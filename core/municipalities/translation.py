from modeltranslation.translator import TranslationOptions, register

from .models import DayOff, Office, Unit


@register(Unit)
class UnitTranslation(TranslationOptions):
    fields = ("name",)


@register(Office)
class OfficeTranslation(TranslationOptions):
    fields = ("name",)


@register(DayOff)
class DayOffTranslation(TranslationOptions):
    fields = ("name",)
