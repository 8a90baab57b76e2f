"""What the books say to whom: of a discreet file's entry others see the number and the time, and nothing else."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from core.audit.services import Actor
from registry.models import Entry

# each answers with the references of the open town's case files whose entries say nothing to this clerk
HiddenHook = Callable[[Actor], Iterable[str]]
_hidden_hooks: list[HiddenHook] = []


def on_books_read(hook: HiddenHook) -> HiddenHook:
    """Register a room that keeps discreet case files."""
    _hidden_hooks.append(hook)
    return hook


def hidden_from(actor: Actor) -> set[str]:
    """The references of the files that this clerk may not open, of those that are discreet."""
    return {reference for hook in _hidden_hooks for reference in hook(actor)}


def masked(entry: Entry, hidden: set[str]) -> Entry:
    """The entry as this clerk may read it; not to be saved."""
    if entry.case_reference in hidden:
        entry.summary, entry.case_reference, entry.procedure_code = _("Discreet"), "", ""
        entry.party, entry.content, entry.attachments, entry.receipt, entry.unit = {}, {}, [], None, None
    return entry
