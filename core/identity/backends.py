"""What a clerk may do in Django's admin follows from her roles in the open town."""

from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    pass
