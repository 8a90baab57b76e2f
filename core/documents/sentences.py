"""What the documents' audit codes say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.services import register_sentences

register_sentences(
    documents__read=_("%(who)s read the document “%(what)s”"),
    documents__retried=_("%(who)s had the document “%(what)s” made again"),
)
