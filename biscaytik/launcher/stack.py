"""The portal's own processes: web, worker and beat, watched and stopped together."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from biscaytik.launcher import places

START_SECONDS = 90
# glibc keeps a heap for each thread otherwise: 12 MB of a web process, whose threads take turns anyway
LEAN = {"MALLOC_ARENA_MAX": "1"}
TIED = Path(__file__).with_name("tied.py")


class Stack:
    """Web, worker and beat as child processes, from `with` to its end.

    `environment` is added to the caller's; output goes to one file per child in `logs`.
    """

    def __init__(
        self,
        environment: dict[str, str],
        *,
        port: int,
        logs: Path,
        parts: Sequence[str] = ("web", "worker", "beat"),
        web_workers: int = 2,
    ) -> None:
        self.environment = os.environ | LEAN | environment
        self.address = f"http://127.0.0.1:{port}"
        self.logs = logs
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        web = f"--host=127.0.0.1 --port={port} --workers={web_workers} --blocking-threads=2 --no-ws --log-level=warning"
        worker = f"--queues={queues()} --concurrency=2 --loglevel=WARNING --without-gossip --without-mingle"
        self._commands = {
            "web": ["granian", "--interface=wsgi", *web.split(), "biscaytik.wsgi:application"],
            "worker": ["celery", "-A", "biscaytik", "worker", *worker.split()],
            "beat": ["celery", "-A", "biscaytik", "beat", f"--schedule={logs / 'beat'}", "--pidfile="],
        }
        self._parts = parts

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in self._parts:
            self.start(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children.values():
            child.terminate()
        for name in list(self.children):
            self.stop(name)

    def start(self, name: str) -> None:
        """Start one part; again after `stop` or `kill`."""
        with self.log(name).open("wb") as output:
            self.children[name] = subprocess.Popen(
                [sys.executable, str(TIED), *self._commands[name]],  # not even a kill -9 of ours leaves a port taken
                cwd=places.CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal is for us alone; we end them in order
            )

    def stop(self, name: str, seconds: float = 15) -> None:
        """End one part, letting it finish what it is doing for so many seconds."""
        child = self.children.pop(name)
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def kill(self, name: str) -> None:
        """End one part and its children at once, as a crash of the machine would."""
        child = self.children.pop(name)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def log(self, name: str) -> Path:
        """The file with the output of one part."""
        return self.logs / f"{name}.log"

    def fallen(self) -> str | None:
        """The name of a part that has ended by itself."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def wait_for_portal(self) -> None:
        """Return when the front page answers 200; SystemExit with the reason when it does not within 90 seconds."""
        deadline = time.monotonic() + START_SECONDS
        while (answer := _status(self.address)) != "200":
            if name := self.fallen():
                raise SystemExit(self.why(name))
            if time.monotonic() > deadline:
                raise SystemExit(f"{self.address} answers {answer} after {START_SECONDS} s: read {self.log('web')}")
            time.sleep(0.1)

    def why(self, name: str) -> str:
        """A sentence and the last lines of the log for a part that has ended."""
        lines = self.log(name).read_text(errors="replace").splitlines()[-20:]
        return "\n".join([f"{name} has ended by itself; the end of {self.log(name)}:", *lines])


def queues() -> str:
    """All queues, joined by commas, as Celery's `--queues` wants them."""
    from core.notifications.constants import Queue

    return ",".join(queue.value for queue in Queue)


def _status(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=20) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return str(error)
