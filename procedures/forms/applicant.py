"""Who applies and how she is reached: the same questions for every procedure, fewer where she is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from case_files.constants import NotificationChannel
from core.audit.constants import Channel
from core.audit.services import Actor
from core.notifications.models import Preference
from procedures.catalogue import Definition
from procedures.constants import AppliesAs, IdentityLevel, Initiation

from .fields import Address, Choice, CoApplicants, Email, EntityNif, Line, PersonNumber, Phone

CAPACITIES = {"citizen": AppliesAs.SELF, "representative": AppliesAs.OTHER, "company": AppliesAs.COMPANY}
WRITTEN_TO = (Initiation.APPLICATION, Initiation.CLAIM, Initiation.DECLARATION)  # may end in a legal notification
JOINT = "joint"  # the step and the question
ANOTHER = "another"  # none of the powers in the register
# what to do where the number is not a person's
OWN_NUMBER = _(
    "“%(label)s”: this is the number of an entity. Write your own: if you choose “I act for a company or an entity”, "
    "the entity's is asked on the next page."
)
COMPANY_INSTEAD = _(
    "“%(label)s”: this is the number of an entity. Go back and choose “I act for a company or an entity”."
)
ONLY_PERSONS = _("“%(label)s”: this is the number of an entity, and only persons can apply here. Write a person's.")
LANGUAGES = [("eu", "Euskara"), ("es", "Castellano")]


@dataclass(frozen=True)
class Applicant:
    """The answers, kept: who she says she is, and how she wants to be reached."""

    applies_as: str
    name: str
    identifier: str
    email: str
    phone: str
    language: str
    channel: str
    address: dict[str, str]
    represented_name: str
    represented_identifier: str
    others: tuple[dict[str, str], ...] = ()  # who applies together with her: {name, identifier_kind, identifier, email}
    represented_power: str = ""  # number of the power by which she acts; empty: she declares it and shows the proof


def capacities(definition: Definition) -> list[AppliesAs]:
    """Who may apply. What is answered at once is answered to herself, for nobody checks a representation there; and to
    a company, which a certificate or a power proves. Where a certificate is asked of everybody, what answers it reads
    the company from it."""
    if definition.automatic:
        company = definition.identity_level == IdentityLevel.EMAIL and "company" in definition.applicants
        return [AppliesAs.SELF, AppliesAs.COMPANY] if company else [AppliesAs.SELF]
    return [capacity for code, capacity in CAPACITIES.items() if code in definition.applicants]


def needs_no_questions(definition: Definition, actor: Actor) -> bool:
    """Answered at once to somebody whose identity is proved, about herself: nothing is left to ask."""
    return definition.automatic and actor.proved and len(capacities(definition)) == 1


def you_fields(definition: Definition, actor: Actor) -> dict[str, forms.Field]:
    """The questions of the page “you”."""
    anonymous = definition.identity_level == IdentityLevel.NONE
    fields: dict[str, forms.Field] = {}
    choices = capacities(definition)
    if len(choices) > 1:
        options = [(choice.value, choice.label) for choice in choices]
        fields["you_as"] = Choice(label=_("Who is applying?"), choices=options, widget=forms.RadioSelect)
    if not actor.proved:
        fields["you_name"] = Line(label=_("Your name and surnames"), required=not anonymous, widget=_complete("name"))
        fields["you_identifier"] = PersonNumber(
            entity=OWN_NUMBER if AppliesAs.COMPANY in choices else ONLY_PERSONS,
            label=_("Your NIF, NIE or passport number"),
            help_text=_("With its letter, for example 12345678Z."),
            required=not anonymous,
        )
    if definition.joint_most:
        fields["you_joint"] = Choice(
            label=_("Does anybody else apply together with you?"),
            help_text=_(
                "Whoever has neither NIF nor NIE is not named here: she or he signs at the town hall's office, and we "
                "add her or him to your request."
            ),
            choices=[("no", _("No, only me")), ("yes", _("Yes: I name them on the next page"))],
            widget=forms.RadioSelect,
            required=False,
        )
    fields["you_email"] = Email(
        label=_("E-mail address"),
        help_text=_("Nothing is sent here by itself: on the next page you say how it is safe to reach you.")
        if definition.discreet
        else _("We tell you here when something happens."),
        required=not anonymous and actor.channel != Channel.DESK,  # many who come to the desk have none
    )
    fields["you_phone"] = Phone(label=_("Telephone"), required=False)
    fields["you_language"] = Choice(
        label=_("In which language shall we write to you?"), choices=LANGUAGES, widget=_inline()
    )
    if definition.initiation in WRITTEN_TO and not anonymous and AppliesAs.SELF in choices:
        options = [
            (NotificationChannel.ELECTRONIC.value, _("In my folder, with a notice by e-mail")),
            (NotificationChannel.PAPER.value, _("On paper, by post")),
        ]
        fields["you_channel"] = Choice(
            label=_("How do you want to be notified?"),
            help_text=_("Companies are always notified in the folder: the law says so.")
            if AppliesAs.COMPANY in choices
            else "",
            choices=options,
            widget=forms.RadioSelect,
        )
    return fields


def joint_fields(definition: Definition) -> dict[str, forms.Field]:
    """Who applies together with her (Ley 39/2015, art. 66.2)."""
    return {
        JOINT: CoApplicants(
            most=definition.joint_most,
            label=_("Who applies together with you"),
            help_text=_(
                "We ask each of them to identify herself or himself, read the request and join it. Whoever can't do it "
                "on line signs at the town hall's office."
            ),
        )
    }


def is_joint(answers: Mapping[str, Any], definition: Definition) -> bool:
    return bool(definition.joint_most) and answers.get("you_joint") == "yes"


def represented_fields(
    definition: Definition, applies_as: str, *, powers: Sequence[tuple[str, str]] = (), chosen: str = ""
) -> dict[str, forms.Field]:
    """The questions about whom she acts for. `powers`, {number, whose}: those that the register knows of her; where
    she has `chosen` one of them, nobody is left to write."""
    fields: dict[str, forms.Field] = {}
    if powers:
        options = [*powers, (ANOTHER, _("Somebody else: I write who, and attach what proves it"))]
        fields["represented_power"] = Choice(label=_("Whom do you act for?"), choices=options, widget=forms.RadioSelect)
    return fields if chosen in dict(powers) else fields | _written(definition, applies_as)


def _written(definition: Definition, applies_as: str) -> dict[str, forms.Field]:
    if applies_as == AppliesAs.COMPANY:
        return {
            "represented_name": Line(label=_("Name of the company or entity")),
            "represented_identifier": EntityNif(label=_("NIF of the company or entity")),
        }
    return {
        "represented_name": Line(label=_("Name and surnames of the person you act for")),
        "represented_identifier": PersonNumber(
            entity=COMPANY_INSTEAD if AppliesAs.COMPANY in capacities(definition) else ONLY_PERSONS,
            label=_("Her or his NIF, NIE or passport number"),
        ),
    }


def postal_fields() -> dict[str, forms.Field]:
    return {"you_address": Address(label=_("Address for the letters"))}


def initial(actor: Actor, *, email: str, language: str, chosen: Preference | None = None) -> dict[str, Any]:
    """What the page “you” shows before anything was typed; `chosen` is what she once asked of this town hall."""
    own = {name: getattr(chosen, name, "") for name in ("email", "phone", "language", "channel")}
    written = own["language"] if own["language"] in ("eu", "es") else language
    return {
        "you_as": AppliesAs.SELF.value,
        "you_joint": "no",
        "you_name": actor.name if "@" not in actor.name else "",
        "you_email": own["email"] or email,
        "you_phone": own["phone"],
        "you_language": written if written in ("eu", "es") else "es",
        "you_channel": own["channel"] or NotificationChannel.ELECTRONIC.value,
    }


def applicant_of(values: Mapping[str, Any], definition: Definition, *, email: str, language: str) -> Applicant:
    """From the cleaned answers; what was not asked follows from the account and the reader's language."""
    choices = capacities(definition)
    applies_as = values.get("you_as") or (choices[0].value if choices else AppliesAs.SELF.value)
    return Applicant(
        applies_as=applies_as,
        name=values.get("you_name", ""),
        identifier=values.get("you_identifier", ""),
        email=values.get("you_email", email),
        phone=values.get("you_phone", ""),
        language=values.get("you_language") or (language if language in ("eu", "es") else "es"),
        channel=channel_of(values, applies_as),
        address=values.get("you_address") or {},
        represented_name=values.get("represented_name", ""),
        represented_identifier=values.get("represented_identifier", ""),
        others=tuple(values.get(JOINT) or ()) if is_joint(values, definition) else (),
        represented_power=values.get("represented_power", "").replace(ANOTHER, ""),
    )


def channel_of(values: Mapping[str, Any], applies_as: str) -> str:
    """A company is notified electronically, whatever it asked (Ley 39/2015, art. 14.2)."""
    if applies_as == AppliesAs.COMPANY:
        return NotificationChannel.ELECTRONIC.value
    return values.get("you_channel") or NotificationChannel.ELECTRONIC.value


def _complete(what: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": what})


def _inline() -> forms.RadioSelect:
    return forms.RadioSelect(attrs={"class": "opts--inline"})
