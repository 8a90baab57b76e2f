from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.identity.models import Person
from core.identity.services import proved_identifiers
from core.interoperability.answers import Answer, Refused
from core.interoperability.constants import DEMO
from core.interoperability.models import DataLookup


class DemoGateway:
    """Says yes to everybody, but for whose number ends in 0 before its letter: of her nothing is known."""

    code = "demo"

    def ask(self, lookup: DataLookup, person: Person) -> Answer:
        if settings.PRODUCTION or self.code != settings.INTEROPERABILITY_GATEWAY:
            raise ImproperlyConfigured("the demo gateway does not work in production")
        numbers = [number.value for number in proved_identifiers(person)]
        if not numbers or numbers[0][-2:-1] == "0":
            raise Refused("Demo: not known")
        return Answer(True, {}, DEMO)


GATEWAY = DemoGateway()
