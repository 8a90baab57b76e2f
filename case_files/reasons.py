"""Words that are data: what is most often missing in a request, and where a file stands at each step."""

from functools import cache

from .tables import in_each, table


@cache
def all_reasons() -> dict[str, dict[str, str]]:
    """Code → {eu, es, en}, for a request to correct."""
    return table("correction_reasons", in_each)


@cache
def step_sentences() -> dict[str, dict[str, str]]:
    """Code of a step → {eu, es, en}: what a citizen reads while her file stands there."""
    return table("step_sentences", in_each)
