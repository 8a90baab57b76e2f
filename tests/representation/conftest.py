from tests.procedures.conftest import catalogue, fresh_catalogue, online

__all__ = ["catalogue", "fresh_catalogue", "online"]
