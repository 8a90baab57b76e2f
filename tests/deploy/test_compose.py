"""docker-compose.yml, the Dockerfile and env.example, read closely: no container engine runs where this is built."""

import ast
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from biscaytik.launcher import places
from core.notifications.constants import Queue

ROOT = places.CHECKOUT
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate", "load"}
PORTAL = {name for name, service in SERVICES.items() if "build" in service}
# Read by the images themselves, not by the portal's settings.
OF_THE_IMAGES = {"POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS", "DB_APP_PASSWORD", "DB_OWNER_PASSWORD"}
OF_THE_ENTRYPOINT = {"GRANIAN_WORKERS", "GRANIAN_BLOCKING_THREADS", "WORKER_CONCURRENCY"}


def settings_variables() -> set[str]:
    """The names of all environment variables that settings.py reads."""
    tree = ast.parse((ROOT / "biscaytik" / "settings.py").read_text())
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"env", "env_int", "env_list"}
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def nginx_variables() -> set[str]:
    return {
        name
        for path in (ROOT / "deploy/nginx").rglob("*.template")
        for name in re.findall(r"\$\{(\w+)\}", path.read_text())
    }


def explained() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))


def variables(service: dict[str, Any]) -> dict[str, str]:
    """A service's own variables, NAME_FILE counted as NAME."""
    return {name.removesuffix("_FILE"): value for name, value in service.get("environment", {}).items()}


def test_every_variable_of_the_settings_is_explained_and_no_other() -> None:
    beside = OF_THE_ENTRYPOINT | {"SERVER_NAMES", "CERTIFICATE_SERVER_NAME"}
    assert explained() - beside == settings_variables()


@pytest.mark.parametrize("name", SERVICES)
def test_every_variable_that_compose_sets_is_read_by_somebody(name: str) -> None:
    known = {"nginx": nginx_variables(), "postgres": OF_THE_IMAGES}.get(name, settings_variables())
    assert set(variables(SERVICES[name])) <= known


def test_nginx_is_told_everything_its_templates_ask_for() -> None:
    from_env_file_or_secret = {"SERVER_NAMES", "CERTIFICATE_SERVER_NAME", "CERTIFICATE_PROXY_SECRET"}
    assert nginx_variables() == set(variables(SERVICES["nginx"])) | from_env_file_or_secret


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_restarts_and_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == ("on-failure:3" if name in ONE_SHOT else "unless-stopped")
    assert service["logging"]["options"]["max-size"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert ("healthcheck" in service) is (name not in ONE_SHOT)


@pytest.mark.parametrize("name", SERVICES)
def test_every_volume_secret_network_and_dependency_of_a_service_exists(name: str) -> None:
    service = SERVICES[name]
    for mount in service.get("volumes", []):
        source = mount.split(":")[0]
        assert source in COMPOSE["volumes"] or (source.startswith("./") and (ROOT / source).exists()), source
    for path in variables(service).values():
        if str(path).startswith("/run/secrets/"):
            assert path.removeprefix("/run/secrets/") in service["secrets"], path
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    for other, wanted in service.get("depends_on", {}).items():
        if wanted["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        if wanted["condition"] == "service_completed_successfully":
            assert other in ONE_SHOT


def test_only_the_migration_ever_holds_the_owners_password() -> None:
    holders = {name for name, service in SERVICES.items() if "db_owner_password" in service.get("secrets", [])}
    assert holders == {"migrate", "postgres"}
    assert SERVICES["migrate"]["environment"]["DB_USER"] == "biscaytik_owner"


def test_only_nginx_can_be_reached_from_outside_and_the_database_reaches_nothing() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert SERVICES["postgres"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "inside" not in SERVICES["nginx"]["networks"]


def test_a_portal_without_redis_starts_and_takes_requests() -> None:
    for name in PORTAL:
        assert "valkey" not in SERVICES[name].get("depends_on", {})


def test_the_portals_containers_are_read_only_and_without_privileges() -> None:
    for name in PORTAL:
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    assert not re.search(r"PASSWORD|PASSPHRASE", dockerfile)


def test_secrets_and_the_filled_in_settings_stay_out_of_git_and_out_of_the_image() -> None:
    for path in ("deploy/env", "deploy/secrets/secret_key"):
        assert subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")


def test_what_the_portal_is_made_of_goes_into_the_image() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert rooms | {"manage.py", "uv.lock", "pyproject.toml", "templates", "static", "locale", "deploy"} == allowed


def test_the_image_installs_the_debian_packages_that_run_does() -> None:
    wanted = re.search(r"need_packages (.+)", (ROOT / "run").read_text())
    assert wanted
    assert set(wanted[1].split()) <= set((ROOT / "Dockerfile").read_text().split())


def test_every_command_of_compose_and_every_queue_is_known_to_the_entrypoint() -> None:
    entrypoint = (ROOT / "deploy" / "entrypoint").read_text()
    for name in PORTAL:
        assert re.search(rf"^{SERVICES[name]['command'][0]}\)", entrypoint, re.MULTILINE)
    queues = re.search(r"--queues (\S+)", entrypoint)
    assert queues and set(queues[1].split(",")) == set(Queue.values)


@pytest.mark.parametrize(
    "path", ["run", "test", ".ci/run", "deploy/machine.sh", "deploy/entrypoint", "deploy/postgres/database.sh"]
)
def test_shell_files_are_whole(path: str) -> None:
    shell = "sh" if path == "deploy/entrypoint" else "bash"
    subprocess.run([shutil.which(shell) or shell, "-n", ROOT / path], check=True)
    assert path.endswith("machine.sh") or Path(ROOT / path).stat().st_mode & 0o100
