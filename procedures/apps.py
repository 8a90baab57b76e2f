from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = _("Procedures")

    def ready(self) -> None:
        from core.audit.services import register_sentences

        from .at_once import debts, documents, notices, powers  # noqa: F401  each registers its answers
        from .handlers import connect

        connect()
        register_sentences(
            procedures__begun_at_desk=_("%(who)s began a request at the desk for %(person)s"),
            procedures__filed_at_desk=_("%(who)s filed %(what)s at the desk, for the applicant and with her consent"),
            procedures__workflow_drafted=_("Wrote a draft of the steps of “%(what)s”"),
            procedures__workflow_published=_("Published the steps of “%(what)s” for new case files"),
            procedures__published=_("Changed the procedure %(what)s"),
            procedures__form_published=_("Published the province's form %(what)s"),
            procedures__town_form_published=_("Published the town's own form %(what)s"),
            procedures__town_form_removed=_("Gave up the town's own form of %(what)s"),
            procedures__form_confirmed=_("Took up the province's new form of %(what)s"),
        )
