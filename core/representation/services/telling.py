"""The notices about a power, in both languages of the town hall."""

from core.audit.services import Actor
from core.identity.models import Person
from core.identity.services import account_of, find_person, kind_of_number
from core.notifications.services import notify
from core.representation.constants import PowerState
from core.representation.models import Power


def _notify(person: Person, power: Power, *, eu: tuple[str, str], es: tuple[str, str], actor: Actor) -> None:
    account = account_of(person)
    notify(
        person=person,
        email=account.email if account else "",
        language=account.language if account else "eu",
        subject_eu=eu[0],
        subject_es=es[0],
        body_eu=eu[1],
        body_es=es[1],
        actor=actor,
    )


def tell_agent(power: Power, agent: Person, *, actor: Actor) -> None:
    """Somebody has named her: she accepts or not."""
    told = {"number": power.number, "who": power.grantor_name}
    if power.state == PowerState.ACCEPTED:
        eu = "Ordezkari zara: %(number)s ahalordea", "%(who)s ordezkatu dezakezu. Zure kontuan ikus dezakezu."
        es = "Tienes un poder: %(number)s", "Puedes representar a %(who)s. Lo ves en tu cuenta."
    else:
        eu = (
            "Ordezkari izendatu zaituzte: %(number)s ahalordea",
            "%(who)s: zu izendatu zaitu ordezkari. Sartu zure kontuko «Ahalordeak» orrian, onartzeko edo ez onartzeko.",
        )
        es = (
            "Te han nombrado representante: poder %(number)s",
            "%(who)s te ha nombrado representante. Entra en tu cuenta, en «Poderes», para aceptarlo o rechazarlo.",
        )
    _notify(agent, power, eu=(eu[0] % told, eu[1] % told), es=(es[0] % told, es[1] % told), actor=actor)


def tell_grantor(power: Power, *, actor: Actor) -> None:
    """What the representative answered."""
    eu_said, es_said = {
        PowerState.ACCEPTED: ("onartu du", "ha aceptado"),
        PowerState.REFUSED: ("ez du onartu", "no ha aceptado"),
        PowerState.RENOUNCED: ("utzi egin du", "ha renunciado a"),
    }[PowerState(power.state)]
    _notify(
        power.granted_by,
        power,
        eu=(f"{power.number} ahalordea", f"{power.agent_name}: ahalordea {eu_said}."),
        es=(f"Poder {power.number}", f"{power.agent_name} {es_said} el poder."),
        actor=actor,
    )


def tell_it_ended(power: Power, *, actor: Actor) -> None:
    """It was taken back; whoever granted it is told too, where another one did."""
    if actor.is_clerk or actor.person_id != power.granted_by_id:
        _notify(
            power.granted_by,
            power,
            eu=(f"{power.number} ahalordea ezeztatu da", f"Ordezkaria ezin da gehiago aritu: {power.agent_name}."),
            es=(f"El poder {power.number} se ha revocado", f"{power.agent_name} ya no puede actuar con él."),
            actor=actor,
        )
    agent = find_person(kind_of_number(power.agent_identifier) or "", power.agent_identifier)
    if agent and agent.pk != power.granted_by_id:
        who = power.grantor_name
        _notify(
            agent,
            power,
            eu=(f"{power.number} ahalordea ezeztatu dute", f"Ezin duzu gehiago jardun honen izenean: {who}."),
            es=(f"El poder {power.number} se ha revocado", f"Ya no puedes actuar en nombre de {who}."),
            actor=actor,
        )
