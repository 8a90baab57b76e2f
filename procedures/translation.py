from modeltranslation.translator import TranslationOptions, register

from .models import (
    DocumentType,
    Family,
    LifeEvent,
    Procedure,
    ProcedureField,
    TownList,
    TownListItem,
    TownProcedure,
    WorkflowStep,
)


@register([Family, LifeEvent, DocumentType, WorkflowStep, TownList])
class NameTranslation(TranslationOptions):
    fields = ("name",)


@register(Procedure)
class ProcedureTranslation(TranslationOptions):
    fields = ("name", "summary", "who", "need", "next")


@register(ProcedureField)
class ProcedureFieldTranslation(TranslationOptions):
    fields = ("label", "hint")


@register(TownProcedure)
class TownProcedureTranslation(TranslationOptions):
    fields = ("notes",)


@register(TownListItem)
class TownListItemTranslation(TranslationOptions):
    fields = ("label",)
