"""What stands in the papers beside the code stays true."""

import re
import tomllib

import yaml

from biscaytik.launcher import places

ROOT = places.CHECKOUT


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.match(r"[\w-]+", line)[0] for line in wanted}  # type: ignore[index]
    text = (ROOT / "docs" / "dependencies.md").read_text().split("## Vendored")[0]
    rows = re.findall(r"^\| ([a-z][\w, -]+?) \|", text, re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} - {"package"} == names


def test_publiccode_says_everything_in_all_three_languages() -> None:
    public = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert set(public["description"]) == set(public["localisation"]["availableLanguages"]) == {"eu", "es", "en"}
    for language in public["description"].values():
        assert 150 <= len(language["longDescription"]) <= 10_000 and len(language["shortDescription"]) <= 150
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert public["softwareVersion"] == version


def test_every_link_between_the_papers_leads_somewhere() -> None:
    comes_later = {"docs/screenshot.png", "docs/recipes/"}
    for paper in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text()):
            assert target in comes_later or (paper.parent / target).exists(), f"{paper.name}: {target}"
