"""What the notifications' audit codes say to a reader."""

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

register_sentences(
    notifications__created=lambda row: _("Notification made: “%(what)s”") % {"what": row.object_ref},
    notifications__accessed=lambda row: _("The notification “%(what)s” was opened") % {"what": row.object_ref},
    notifications__rejected=lambda row: _("The notification “%(what)s” was rejected") % {"what": row.object_ref},
    notifications__expired=lambda row: (
        _("The notification “%(what)s” lapsed: nobody opened it in ten days") % {"what": row.object_ref}
    ),
    notifications__published=lambda row: (
        _("The notification “%(what)s” was published in the official gazette") % {"what": row.object_ref}
    ),
    notifications__chosen=lambda row: _("Chose how the town hall writes to her or him"),
    notifications__attempted=lambda row: (
        _("%(who)s wrote down an attempt to deliver “%(what)s” on paper")
        % {"who": row.actor_name, "what": row.object_ref}
    ),
    notifications__retried=lambda row: (
        _("%(who)s had a failed task tried again: %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
)
