from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = _("Procedures")

    def ready(self) -> None:
        from django.utils.translation import gettext

        from core.audit.services import register_sentences

        from .at_once import debts, documents, notices, powers  # noqa: F401  each registers its answers
        from .handlers import connect

        connect()
        register_sentences(
            procedures__begun_at_desk=lambda row: (
                gettext("%(who)s began a request at the desk for %(person)s")
                % {"who": row.actor_name, "person": row.object_ref}
            ),
            procedures__filed_at_desk=lambda row: (
                gettext("%(who)s filed %(what)s at the desk, for the applicant and with her consent")
                % {"who": row.actor_name, "what": row.object_ref}
            ),
            procedures__workflow_drafted=lambda row: (
                gettext("Wrote a draft of the steps of “%(what)s”") % {"what": row.object_ref}
            ),
            procedures__workflow_published=lambda row: (
                gettext("Published the steps of “%(what)s” for new case files") % {"what": row.object_ref}
            ),
            procedures__published=lambda row: gettext("Changed the procedure %(what)s") % {"what": row.object_ref},
            procedures__form_published=lambda row: (
                gettext("Published the province's form %(what)s") % {"what": row.object_ref}
            ),
            procedures__town_form_published=lambda row: (
                gettext("Published the town's own form %(what)s") % {"what": row.object_ref}
            ),
            procedures__town_form_removed=lambda row: (
                gettext("Gave up the town's own form of %(what)s") % {"what": row.object_ref}
            ),
            procedures__form_confirmed=lambda row: (
                gettext("Took up the province's new form of %(what)s") % {"what": row.object_ref}
            ),
        )
