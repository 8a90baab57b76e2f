"""`name_norm__prefix="etxe"`: the leakproof operator ^@, served by a B-tree on a C-collated column."""

from typing import Any

from django.db.models import CharField, Lookup, TextField


@CharField.register_lookup
@TextField.register_lookup
class Prefix(Lookup):  # type: ignore[type-arg]
    lookup_name = "prefix"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} ^@ {rhs}", (*lhs_params, *rhs_params)
