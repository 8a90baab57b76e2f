"""Detached server processes: start, recognise later, stop."""

import contextlib
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from biscaytik.launcher import places

START_SECONDS = 30


def free_port() -> int:
    """A port nobody listens on, below the range from which the system takes ports for outgoing connections."""
    while True:
        port = random.randrange(20000, 32000)
        if port_is_free(port):
            return port


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def spawn(command: list[str], *, log: Path) -> subprocess.Popen[bytes]:
    """Start a server that outlives its caller: its own session, no inherited files, output in `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **places.as_server_user(),
        )


def is_ours(pid: int, folder: Path) -> bool:
    """Whether `pid` still is the server that works in `folder`, and not a stranger who was given the same number."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder.resolve()
    except (psutil.Error, OSError):
        return False


def somebody_works_in(folder: Path) -> bool:
    """Whether any process still works in `folder`, such as a Postgres child whose parent was killed."""
    return any(is_ours(pid, folder) for pid in psutil.pids())


def comes_up(
    server: subprocess.Popen[bytes],
    answers: Callable[[], bool],
    *,
    what: str,
    log: Path,
) -> bool:
    """Wait for a server just started: True when it answers, False when it ended (its port was taken, say)."""
    wait_for(lambda: server.poll() is not None or answers(), what=what, log=log)
    return server.poll() is None


def wait_for(happened: Callable[[], bool], *, what: str, log: Path) -> None:
    """Poll until it happened; SystemExit that names the log when it takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} gave no answer in {START_SECONDS} s: read {log}")
        time.sleep(0.02)


def end(
    pid: int,
    folder: Path,
    *,
    by: signal.Signals,
    or_else: signal.Signals,
    seconds: float = 20,
) -> None:
    """Ask the server of `folder` to stop, and insist when it does not."""
    if not is_ours(pid, folder):
        return
    process = psutil.Process(pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(by)
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            process.send_signal(or_else)
            process.wait(seconds)
