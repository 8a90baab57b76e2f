"""Real servers for the tests: nginx, clamd, Postgres and Valkey to kill. A missing one fails the run."""

import datetime
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from biscaytik.launcher import places, process

DEPLOY = places.CHECKOUT / "deploy"
PORTAL_HOST = "portal.localhost"
CERTIFICATE_HOST = "cert.portal.localhost"
PROXY_SECRET = "the-proxy-is-me-0123456789"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


_SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, also as PEM files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path
    key_file: Path


def make_identity(
    folder: Path,
    name: str,
    *,
    issuer: Identity | None = None,
    hosts: tuple[str, ...] = (),
    subject: x509.Name | None = None,
    days: int = 30,
) -> Identity:
    """Issue a P-256 certificate into `folder`; without `issuer` it is a certificate authority of its own.

    `days` below zero makes one that has expired.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = subject or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is None:
        builder = builder.add_extension(_SIGNS_CERTIFICATES, critical=True)
    else:
        usage = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(issuer_key, critical=False)
    if hosts:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False
        )
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    made = Identity(certificate, key, folder / f"{name}.crt", folder / f"{name}.key")
    made.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@dataclass
class Nginx:
    """A running nginx with the project's own configuration."""

    http_port: int
    https_port: int
    authority: Identity
    folder: Path

    def request(
        self,
        method: str,
        path: str,
        *,
        host: str = PORTAL_HOST,
        client: Identity | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> urllib3.BaseHTTPResponse:
        """One HTTPS request to `host`, with `client`'s certificate when given; redirects are not followed."""
        context = ssl.create_default_context(cafile=str(self.authority.certificate_file))
        if client:
            context.load_cert_chain(client.certificate_file, client.key_file)
        with urllib3.HTTPSConnectionPool(
            "127.0.0.1", self.https_port, ssl_context=context, server_hostname=host, assert_hostname=host, retries=False
        ) as pool:
            asked = {"Host": f"{host}:{self.https_port}", **(headers or {})}
            return pool.request(method, path, headers=asked, redirect=False, **options)


def open_folder(name: str) -> Path:
    """A temporary folder that the user of the embedded servers may enter; who asks for it removes it."""
    folder = Path(tempfile.mkdtemp(prefix=f"biscaytik-{name}-"))
    folder.chmod(0o755)
    return folder


@dataclass
class _Servers:
    """Ends what a fixture started, last first, and removes its files."""

    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def folder(self, name: str) -> Path:
        """A folder that servers which step down from root may enter, unlike pytest's tmp_path."""
        made = open_folder(name)
        self.folders.append(made)
        return made

    def start(self, command: list[str], *, port: int, log: Path) -> None:
        try:
            with log.open("wb") as output:
                server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        except FileNotFoundError:
            pytest.fail(
                f"{command[0]} is not installed: ./test installs it, or apt-get install nginx-light clamav-daemon"
            )
        self.running.append(server)
        deadline = time.monotonic() + 30
        while not _listens(port):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} does not start:\n{log.read_text()}")
            time.sleep(0.05)

    def end(self) -> None:
        for server in reversed(self.running):
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(15)
        for folder in self.folders:
            shutil.rmtree(folder)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _program(name: str) -> str:
    return next((path for path in (f"/usr/sbin/{name}", f"/usr/local/sbin/{name}") if Path(path).exists()), name)


@pytest.fixture
def servers() -> Iterator[_Servers]:
    """Starts servers that end with the test."""
    started = _Servers()
    yield started
    started.end()


@pytest.fixture
def real_nginx(servers: _Servers) -> Callable[..., Nginx]:
    """`real_nginx(upstream="127.0.0.1:8000", client_ca=path)` starts nginx with the files of deploy/nginx before it.

    `client_ca` is the PEM file of the authorities whose client certificates are accepted on the certificate host.
    """

    def start(*, upstream: str, client_ca: Path | None = None, static: Path | None = None) -> Nginx:
        folder = servers.folder("nginx")
        authority = make_identity(folder, "authority")
        tls = make_identity(folder, "server", issuer=authority, hosts=(PORTAL_HOST, CERTIFICATE_HOST))
        nginx = Nginx(process.free_port(), process.free_port(), authority, folder)
        values = {
            "UPSTREAM": upstream,
            "HTTP_PORT": f"127.0.0.1:{nginx.http_port}",
            "HTTPS_PORT": f"127.0.0.1:{nginx.https_port}",
            "SERVER_NAMES": PORTAL_HOST,
            "CERTIFICATE_SERVER_NAME": CERTIFICATE_HOST,
            "CERTIFICATE_PROXY_SECRET": PROXY_SECRET,
            "TLS_CERTIFICATE": tls.certificate_file,
            "TLS_KEY": tls.key_file,
            "CLIENT_CA": client_ca or authority.certificate_file,
            "LOGS": folder,
            "SNIPPETS": folder / "snippets",
            "ERRORS": DEPLOY / "nginx" / "errors",
            "STATIC_ROOT": static or folder / "static",
        }
        configuration = write_nginx_configuration(folder, values)
        command = [_program("nginx"), "-p", str(folder), "-c", str(configuration)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        servers.start([*command, "-g", "daemon off;"], port=nginx.https_port, log=folder / "nginx.log")
        return nginx

    return start


def write_nginx_configuration(folder: Path, values: Mapping[str, object]) -> Path:
    """Fill in the templates as the nginx image does, below a main file that touches nothing outside `folder`."""
    for name in ("static", "snippets", "tmp"):
        (folder / name).mkdir()
    for source in sorted((DEPLOY / "nginx").rglob("*.template")):
        target = folder / source.relative_to(DEPLOY / "nginx").with_suffix("")
        target.write_text(Template(source.read_text()).safe_substitute({k: str(v) for k, v in values.items()}))
    paths = "".join(
        f"{kind}_temp_path {folder}/tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    user = "user root;" if places.is_root() else ""  # a checkout below a private folder holds the error pages
    main.write_text(
        f"{user} pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log {folder}/access.log; {paths}\n"
        f"include {folder}/biscaytik.conf; }}\n"
    )
    return main


@pytest.fixture(scope="session")
def real_clamd() -> Iterator[str]:
    """The address, `tcp://127.0.0.1:PORT`, of a real clamd that knows one virus, EICAR, from a file of ours."""
    servers = _Servers()
    folder = servers.folder("clamd")
    port = process.free_port()
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "ours.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {signatures}\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength 60M\nMaxThreads 4\n"
    )
    servers.start([_program("clamd"), "-c", str(configuration)], port=port, log=folder / "clamd.log")
    yield f"tcp://127.0.0.1:{port}"
    servers.end()
