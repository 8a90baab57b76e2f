"""allauth's words address the citizen as we do: tú, zu."""

import re
from pathlib import Path

import allauth
import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext, pgettext

USTED = re.compile(
    r"\b(usted|sus?|haga|siga|introduzca\w*|introdúzca\w*|escriba|póngase|compruebe|verifique|confirme|ingrese|escanee"
    r"|inténtelo|utilice|desea|solicite|emita|regístrese|contáctenos|debería|le (hemos|enviaremos)"
    r"|(?<!se )puede|debe escribir"
    r"|está (seguro|recibiendo|a punto)|ha (olvidado|confirmado|iniciado|cerrado|indicado|sido usted)|olvidó)\b",
    re.IGNORECASE,
)
# ways to sign in that this portal does not have, and Django's own admin
OTHERS = re.compile(r"webauthn|phone|usersessions|socialaccount|openid|idp/|headless|admin\.py|apps\.py")


def shown() -> list[tuple[str, str | None]]:
    """What allauth's pages, forms and mails that are on can say."""
    path = Path(allauth.__file__).parent / "locale/es/LC_MESSAGES/django.po"
    with path.open("rb") as lines:
        messages = [m for m in read_po(lines, locale="es") if m.id and m.locations]
    found = []
    for message in messages:
        text = message.id if isinstance(message.id, str) else message.id[0]
        elsewhere = all(OTHERS.search(place) for place, _ in message.locations)
        if not elsewhere and not re.search("phone|security key|passkey|[Uu]sername", text):
            found.append((text, message.context))
    return found


def test_spanish_says_tu() -> None:
    with translation.override("es"):
        said = {text: pgettext(context, text) if context else gettext(text) for text, context in shown()}
    assert len(said) > 120
    assert {text: words for text, words in said.items() if USTED.search(words)} == {}


@pytest.mark.parametrize(("language", "words"), [("eu", "Gogora nazazu"), ("es", "¿Has olvidado tu contraseña?")])
def test_our_words_stand_before_the_librarys(language: str, words: str) -> None:
    with translation.override(language):
        assert words in (gettext("Remember Me"), gettext("Forgot your password?"))


def test_basque_speaks_to_one_person() -> None:
    with translation.override("eu"):
        said = [pgettext(context, text) if context else gettext(text) for text, context in shown()]
    assert [words for words in said if re.search(r"zazue\b|zuek\b|zuen\b", words)] == []
