"""What `./run` does once the packages are there: servers, data, portal, and a clean end."""

import argparse
import fcntl
import signal
import time
from pathlib import Path
from types import FrameType

from biscaytik.launcher import places, process, services, steps
from biscaytik.launcher.stack import Stack

DEFAULT_PORT = 8000


def main() -> None:
    """Start everything and stay until Ctrl-C; with `--once`, until the portal, a worker and a PDF have answered."""
    parser = argparse.ArgumentParser(prog="./run", description=main.__doc__)
    parser.add_argument("--once", action="store_true", help="stop as soon as everything has answered")
    parser.add_argument(
        "--port", type=int, help=f"port on 127.0.0.1; without it {DEFAULT_PORT}, or a free one for --once"
    )
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    state = places.state_folder()
    with (state / "portal.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("./run is already running in this checkout: stop that one first (Ctrl-C).") from None
        try:
            _serve(_port(asked.port, once=asked.once), state, once=asked.once)
        except KeyboardInterrupt:
            print("\nStopping …")
        finally:
            services.stop("run")


def _serve(port: int, state: Path, *, once: bool) -> None:
    began = time.monotonic()
    environment = services.start("run") | {"BASE_URL": f"http://127.0.0.1:{port}"}
    steps.prepare(environment, state / "run" / "prepared.json")
    with Stack(environment, port=port, logs=state / "logs") as stack:
        stack.wait_for_portal()
        print(f"BiscayTIK answers at {stack.address} after {time.monotonic() - began:.1f} s")
        if once:
            print(steps.manage("selfcheck", environment=environment).strip())
            print(f"Everything answers after {time.monotonic() - began:.1f} s; stopping.")
            return
        print(steps.people(environment, state / "run" / f"people-{port}.txt"))
        print(f"Output of the servers: {stack.logs}. Ctrl-C stops everything.")
        while not (name := stack.fallen()):
            time.sleep(0.5)
        raise SystemExit(stack.why(name))


def _port(wanted: int | None, *, once: bool) -> int:
    port = wanted or (process.free_port() if once else DEFAULT_PORT)
    if not process.port_is_free(port):
        raise SystemExit(f"Port {port} is taken: choose another with ./run --port {process.free_port()}")
    return port


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
