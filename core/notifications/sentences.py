"""What the notifications' audit codes say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.services import register_sentences

register_sentences(
    notifications__created=_("Notification made: “%(what)s”"),
    notifications__accessed=_("The notification “%(what)s” was opened"),
    notifications__rejected=_("The notification “%(what)s” was rejected"),
    notifications__expired=_("The notification “%(what)s” lapsed: nobody opened it in ten days"),
    notifications__published=_("The notification “%(what)s” was published in the official gazette"),
    notifications__handed_over=_("The notification “%(what)s” is another person's to open now"),
    notifications__chosen=_("Chose how the town hall writes to her or him"),
    notifications__attempted=_("%(who)s wrote down an attempt to deliver “%(what)s” on paper"),
    notifications__retried=_("%(who)s had a failed task tried again: %(what)s"),
)
