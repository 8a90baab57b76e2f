"""All 252 procedures through the services: each filed, worked by the roles of its steps, and closed with its output.

`filed`: the request was sent, with its number where the workflow has one. `worked`: every step was done, each by a
clerk who holds that step's role alone. `closed`: the file is closed and what the procedure ends with is there, sealed,
and its code verifies. `left` names those that got no further, and why.
"""

import json
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks.lab import laboratory

TOWN = "mundaka"


def run() -> tuple[dict[str, Any], dict[str, Any]]:
    with laboratory(("load_municipalities",), ("load_catalogue",)) as environment:
        asked = [sys.executable, "-m", "benchmarks.procedures"]
        # files are looked at by the demonstration's antivirus: clamd is not what is measured
        environment |= {"BISCAYTIK_ENV": "development", "ANTIVIRUS_BACKEND": "demo"}
        made = subprocess.run(asked, env=os.environ | environment, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(made.stderr)
    found = json.loads(made.stdout.splitlines()[-1])
    table = found["table"]
    figures = {stage: sum(stage in stages for stages in table.values()) for stage in ("filed", "worked", "closed")}
    return figures, {"of": len(table), "seconds": found["seconds"], "left": found["left"]}


def live_through(codes: list[str], office: Any, town: int) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Code → the stages it reached, and why it got no further."""
    from case_files.models import CaseFile
    from case_files.services import find_case_files  # noqa: F401  the room's registries are filled
    from core.municipalities.scope import acting_for
    from procedures.catalogue import find_definition
    from tests.procedures.whole_life import file, output_stands

    table: dict[str, list[str]] = {}
    left: dict[str, str] = {}
    for code in codes:
        reached = table.setdefault(code, [])
        try:
            with acting_for(town):
                sent = file(code, office.citizen)
            reached.append("filed")
            with acting_for(town):
                case_file = office.work(CaseFile.objects.get(pk=sent.case_file_id))
            reached.append("worked")
            definition = find_definition(code)
            with acting_for(town):
                if definition and output_stands(case_file, definition):
                    reached.append("closed")
                else:
                    left[code] = "its output is not there"
        except Exception as error:
            left[code] = f"{type(error).__name__}: {error}"[:200]
    return table, left


def main() -> dict[str, Any]:
    from procedures.models import Procedure
    from tests.procedures.whole_life import furnish

    town, office = furnish(TOWN)
    began = time.monotonic()
    table, left = live_through(list(Procedure.objects.values_list("code", flat=True)), office, town)
    return {"table": table, "left": left, "seconds": round(time.monotonic() - began, 1)}


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(main()) + "\n")
