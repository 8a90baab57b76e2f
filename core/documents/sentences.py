"""What the documents' audit codes say to a reader."""

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

register_sentences(
    documents__read=lambda row: (
        _("%(who)s read the document “%(what)s”") % {"who": row.actor_name, "what": row.object_ref}
    ),
    documents__retried=lambda row: (
        _("%(who)s had the document “%(what)s” made again") % {"who": row.actor_name, "what": row.object_ref}
    ),
)
