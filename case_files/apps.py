from django.apps import AppConfig


class CaseFilesConfig(AppConfig):
    name = "case_files"
