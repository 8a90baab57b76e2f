from modeltranslation.translator import TranslationOptions, register

from .models import Desk, Service


@register(Service)
class ServiceTranslation(TranslationOptions):
    fields = ("name", "bring")


@register(Desk)
class DeskTranslation(TranslationOptions):
    fields = ("name",)
