"""The desk as in service: nginx with `deploy/nginx/vitrine.conf` before it, https, one origin."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser.product import free_ports
from tests.servers.certificates import Authority
from tests.servers.house import ROOT, answers, ending, wait_until

HOST = "helpdesk.register.example"
CONFIGURATION = ROOT / "deploy/nginx/vitrine.conf"
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


@contextmanager
def running_proxy(place: Path, *, site: Any, static: Path, phone_port: int) -> Iterator[list[str]]:
    """nginx before `site`; gives what a browser must be told to find and trust it as HOST.

    place       a directory for its files
    phone_port  of Asterisk's websocket
    """
    secure, plain = free_ports(2)
    certificate, key = Authority(place).issue(HOST)
    configuration = place / "nginx.conf"
    configuration.write_text(
        around(
            as_here(
                {
                    "127.0.0.1:8000": f"127.0.0.1:{urlsplit(site.address).port}",
                    "127.0.0.1:8001": f"127.0.0.1:{urlsplit(site.address).port}",
                    "127.0.0.1:8088": f"127.0.0.1:{phone_port}",
                    "/var/lib/vitrine-desk/static/": f"{static}/",
                    "/etc/ssl/vitrine/fullchain.pem": str(certificate),
                    "/etc/ssl/vitrine/privkey.pem": str(key),
                    "listen [::]:443 ssl;": "",
                    "http2 on;": "",  # Debian's nginx is older: said with `listen`
                    "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl http2;",
                    "listen [::]:80;": "",
                    "listen 80;": f"listen 127.0.0.1:{plain};",
                }
            ),
            place=place,
        )
    )
    assert NGINX, "asked before"
    process = subprocess.Popen([NGINX, "-c", str(configuration), "-p", str(place)])
    with ending(process):
        wait_until(lambda: process.poll() is not None or answers(secure), within=20)
        assert process.poll() is None, (place / "error.log").read_text()
        yield [
            f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{secure}",
            f"--ignore-certificate-errors-spki-list={fingerprint(certificate)}",
        ]


def as_here(places: dict[str, str]) -> str:
    """The configuration with the ports and files of a test, and nothing else changed."""
    text = CONFIGURATION.read_text()
    for there, here in places.items():
        assert there in text, f"{CONFIGURATION.name} has no {there} any more"
        text = text.replace(there, here)
    assert not re.search(r"/etc/ssl|/var/lib", text)
    return text


def around(servers: str, *, place: Path) -> str:
    """What Debian's nginx.conf has around a site."""
    user = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {place}/{kind};\n" for kind in kinds)
    return (
        f"daemon off; worker_processes 1; pid {place}/pid; error_log {place}/error.log;\n"
        f"{user}\nevents {{ worker_connections 256; }}\n"
        f"http {{\ninclude /etc/nginx/mime.types; access_log off;\n{temporary}{servers}\n}}\n"
    )


def fingerprint(certificate: Path) -> str:
    """Of the key in it, as Chromium wants it told whom to trust beside its authorities."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return base64.b64encode(digest.digest()).decode()
