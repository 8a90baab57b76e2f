"""The desk of the town's look: colours that can't be read are refused, with the nearest shade that can."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.municipalities.admin import TownAdmin
from core.municipalities.models import Theme

from . import contrast
from .arms import NotADrawing, check_drawing
from .services import keep_look
from .theme import COLOURS


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Theme
        fields = (*COLOURS, "scene", "arms")
        widgets = {colour: forms.TextInput(attrs={"type": "color"}) for colour in COLOURS}

    def clean_arms(self) -> str:
        text: str = self.cleaned_data["arms"]
        if text:
            try:
                check_drawing(text)
            except NotADrawing as error:
                raise forms.ValidationError(
                    _("This is not a plain SVG drawing (%(found)s). Save it again as “plain SVG”, without scripts."),
                    params={"found": error.args[0]},
                ) from error
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if all(data.get(colour) for colour in COLOURS):
            for problem in contrast.problems({colour: data[colour] for colour in COLOURS}):
                self.add_error(
                    problem.colour,
                    forms.ValidationError(
                        _("On %(against)s it is hard to read (%(ratio).1f of %(minimum)s). Nearest: %(nearest)s"),
                        params={**vars(problem), "minimum": contrast.MINIMUM},
                    ),
                )
        return data


@admin.register(Theme)
class ThemeAdmin(TownAdmin):
    form = ThemeForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A town has one look."""
        return super().has_add_permission(request) and not self.get_queryset(request).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        keep_look(theme=obj, actor=request.actor)
