"""Where the embedded servers keep their files, and as whom they run.

Postgres refuses to run as root, so a root caller runs everything as `nobody`, who must be able to reach both the data
and the programs: a checkout or a virtual environment below a private folder is worked around here, never opened up.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
# Servers get nothing of the caller's environment: no secrets, no locale of the terminal.
CLEAN_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "HOME": "/",
    "PATH": "/usr/bin:/bin",
}


def is_root() -> bool:
    """True when the servers must step down to `nobody`."""
    return os.geteuid() == 0


def as_server_user() -> dict[str, Any]:
    """Keyword arguments for Popen that drop root to `nobody` and give the child a clean environment."""
    arguments: dict[str, Any] = {
        "env": CLEAN_ENVIRONMENT,
        "cwd": "/",
        "stdin": subprocess.DEVNULL,
    }
    if is_root():
        nobody = pwd.getpwnam("nobody")
        arguments |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return arguments


def state_folder() -> Path:
    """The checkout's `.state`, or a folder of its own in the temporary one when nobody could not reach it."""
    folder = CHECKOUT / ".state"
    if is_root() and not _anyone_may_enter(CHECKOUT):
        key = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"biscaytik-{key}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise SystemExit(f"{folder} belongs to somebody else: remove it, or run as its owner.")
    return folder


def own_folder(path: Path) -> Path:
    """Make `path`, private to the user that the servers run as."""
    path.mkdir(mode=0o700, exist_ok=True)
    if is_root():
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return path


def reachable(program: Path, package_folders: list[Path]) -> Path:
    """The path at which the server user can run `program`: its own, or a copy where that is private.

    `package_folders` are copied side by side, because the programs find their libraries by relative path.
    """
    if _runs(program):
        return program
    root = package_folders[0].parent
    version = hashlib.sha256(f"{program}{program.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = state_folder() / f"programs-{version}"
    if not copy.exists():
        half = copy.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        for folder in package_folders:
            shutil.copytree(folder, half / folder.relative_to(root), symlinks=True)
        _let_everyone_read(half)
        half.rename(copy)
    copied = copy / program.relative_to(root)
    if not _runs(copied):
        raise SystemExit(f"{copied} does not start: run `uv sync --reinstall` and try again.")
    return copied


def _runs(program: Path) -> bool:
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, check=False, **as_server_user())
    except PermissionError:
        return False
    return asked.returncode == 0


def _anyone_may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _let_everyone_read(top: Path) -> None:
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
