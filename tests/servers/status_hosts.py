"""The two servers of the status page, for real: granian with `serve.py`, nginx with our files."""

import http.client
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.house import ROOT, answers, ending, free_port, wait_until
from vitrine.ops.processes import status_page

CONFIGURATION = ROOT / "deploy" / "nginx"
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
BROTLI = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"


@dataclass
class Answer:
    """What a host answered."""

    status: int
    headers: dict
    body: bytes


@dataclass
class Host:
    """A running server of the status page."""

    port: int
    process: subprocess.Popen
    kind: str
    links: list = field(default_factory=list)

    @property
    def url(self):
        """Its address, with a slash."""
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path, *, method="GET", **headers):
        """Ask as written, on a connection that stays open."""
        if not self.links:
            self.links.append(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))
        [link] = self.links
        try:
            link.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            link.close()
            self.links.clear()
            raise
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)


@contextmanager
def running_serve(directory, **environment):
    """`serve.py` under granian, as `vitrine run` starts it."""
    port = free_port()
    process = subprocess.Popen(
        status_page(host="127.0.0.1", port=port).command,
        env=os.environ | {"VITRINE_STATUS_DIRECTORY": str(directory)} | environment,
        cwd=ROOT,
    )
    with ending(process):
        wait_until(lambda: answers(port), within=60)
        yield Host(port, process, "serve")


@contextmanager
def running_nginx(directory, place, *, workers=1):
    """nginx with the files of `deploy/nginx`, on this directory; its own files go to `place`."""
    port = free_port()
    site = (CONFIGURATION / "status-site.conf").read_text()
    site = site.replace("/var/lib/vitrine-desk/status", str(directory))
    headers = (CONFIGURATION / "status-headers.conf").read_text()
    site = site.replace("include /etc/nginx/vitrine-status-headers.conf;", headers)
    site = re.sub(r"include /etc/nginx/[^;]+;", "brotli_static on;" if has_brotli() else "", site)
    module = f"load_module {BROTLI};" if has_brotli() else ""
    (place / "nginx.conf").write_text(
        f"""{module}
worker_processes {workers}; daemon off; pid {place}/pid; error_log {place}/error.log;
{f"user {'root'};" if os.geteuid() == 0 else ""}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi; uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
{(CONFIGURATION / "status-maps.conf").read_text()}
    server {{ listen 127.0.0.1:{port}; {site} }}
}}
"""
    )
    process = subprocess.Popen([NGINX, "-c", str(place / "nginx.conf"), "-p", str(place)])
    with ending(process):
        wait_until(lambda: process.poll() is not None or answers(port), within=20)
        assert process.poll() is None, (place / "error.log").read_text()
        yield Host(port, process, "nginx")


def has_brotli():
    """Whether Debian's module is there."""
    return Path(BROTLI).exists()
