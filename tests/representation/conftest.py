from tests.procedures.conftest import fresh_catalogue, online

__all__ = ["fresh_catalogue", "online"]
