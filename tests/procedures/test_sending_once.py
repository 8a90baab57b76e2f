"""The last doors before the book, where the first ones failed: the key of a request, and how well she is known."""

from collections.abc import Callable

import pytest
from django.test import Client

from case_files.models import CaseFile
from core.audit.constants import Level
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from procedures.models import Draft
from procedures.services import journey_of, submit
from registry.models import Entry
from tests.cast import Cast
from tests.procedures.walking import Walk

Browser = Callable[..., Client]


def test_the_same_key_enters_once_even_for_a_draft_that_looks_open(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    actor = online.citizen(online.jon)
    with acting_for(online.mundaka.pk):
        draft = walk.draft(online)
        kept = {field.attname: getattr(draft, field.attname) for field in Draft._meta.concrete_fields}
        journey = journey_of(draft, email=online.jon.email, actor=actor)
        submit(draft=draft, journey=journey, key=draft.slug, actor=actor)
    again = Draft(**kept)
    again._state.adding = False
    with pytest.raises(DomainError) as refused, acting_for(online.mundaka.pk):
        submit(draft=again, journey=journey_of(again, email=online.jon.email, actor=actor), key=again.slug, actor=actor)
    assert refused.value.code == "sent"
    with acting_for(online.mundaka.pk):
        assert Entry.objects.count() == CaseFile.objects.count() == 1


def test_a_certificate_s_level_without_a_proved_person_sends_nothing(online: Cast, browser: Browser) -> None:
    """The session says certificate, the account says nobody: somebody undid the proof, or made the session up."""
    walk = Walk(browser(online.jon, level=Level.CERTIFICATE), "PAD-003").begin().answer()
    assert walk.send().at == "check"
    with acting_for(online.mundaka.pk):
        assert not Entry.objects.exists()
