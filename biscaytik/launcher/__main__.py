"""`python -m biscaytik.launcher start|stop|env [run|test]`: the embedded servers by hand.

`env` starts them and prints `export` lines: `eval "$(uv run python -m biscaytik.launcher env run)"`.
"""

import argparse
import shlex

from biscaytik.launcher import services


def main() -> None:
    """Read the command line and do it; without a profile, `stop` stops every profile and the others take `run`."""
    parser = argparse.ArgumentParser(prog="python -m biscaytik.launcher", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "env"])
    parser.add_argument("profile", nargs="?", choices=services.PROFILES)
    asked = parser.parse_args()
    if asked.action == "stop":
        for profile in [asked.profile] if asked.profile else services.PROFILES:
            services.stop(profile)
        return
    variables = services.start(asked.profile or "run")
    prefix = "export " if asked.action == "env" else ""
    for name, value in variables.items():
        print(f"{prefix}{name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
