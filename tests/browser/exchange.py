"""A real Asterisk with the smallest of brains: it lets one softphone ring for whoever calls.

The browser's side is tried here without the desk's own brain, so that what breaks is known to be
the softphone; the whole way is tried in tests/servers.
"""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

from tests.browser.product import free_ports
from vitrine.voice.asterisk import configuration, endpoints
from vitrine.voice.asterisk.instance import Engine, Instance, Trunk, find_engine, free_udp_ports

ROOT = Path(__file__).parents[2]
BOOT_SECONDS = 30.0
OUTSIDE = "127.0.0.2"
"""Where callers are: softphones come from 127.0.0.1, and a trunk is known by its address alone."""


def engine() -> Engine | None:
    """Asterisk of this machine, as `tools/install_asterisk` left it; None: there is none."""
    states = [os.environ.get("VITRINE_STATE"), ROOT / ".state"]
    return find_engine(*(Path(one) for one in states if one))


def wait_until(
    holds: Callable[[], Any], *, within: float = 10, why: str | Callable[[], str] = ""
) -> Any:
    """What `holds` gives as soon as it is true; AssertionError with `why` when too late."""
    deadline = time.monotonic() + within
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError((why() if callable(why) else why) or f"not within {within} s")
        time.sleep(0.05)
    return found


class Exchange:
    """Calls come in, the softphone of `agent` rings, both are joined; `events` tells the rest."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.agent = self.known = ""
        """Who is rung, and the credential with which he registers."""
        self.headers: dict[str, str] = {}
        """More headers for the agent's telephone."""
        self.events: list[dict[str, Any]] = []
        self._callers: list[str] = []
        self._legs = 0
        self._link: ClientConnection | None = None

    def ask(self, method: str, path: str, *, body: Any = None, **query: str) -> Any:
        """A request to ARI: its answer, or None when it said no."""
        base = self.instance.url.partition("@")[2]
        request = urllib.request.Request(
            f"http://{base}/{path}?{urlencode(query)}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json"},
        )
        key = b64encode(f"{self.instance.user}:{self.instance.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {key}")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                text = answer.read()
        except urllib.error.HTTPError:
            return None
        return json.loads(text) if text else {}

    def let_in(self, name: str, *, ha1: str) -> None:
        """From now on a softphone may register as `name`."""
        for kind, fields in endpoints.softphone(name, ha1=ha1).items():
            told = {"fields": [{"attribute": a, "value": v} for a, v in fields.items()]}
            self.ask("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", body=told)

    def is_registered(self, name: str) -> bool:
        """Whether the softphone can be rung."""
        found = self.ask("GET", f"endpoints/PJSIP/{name}")
        return bool(found and found["state"] == "online")

    def channels(self) -> list[str]:
        """The names of those that are up."""
        return [one["name"] for one in self.ask("GET", "channels") or []]

    def seen(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind so far."""
        return [one for one in list(self.events) if one["type"] == kind]

    def listen(self) -> None:
        """Take the application over, in a thread, until closed."""
        base = self.instance.url.partition("@")[2]
        key = f"{self.instance.user}:{self.instance.password}"
        query = urlencode({"app": self.instance.application, "api_key": key})
        self._link = connect(f"ws://{base}/events?{query}", proxy=None, legacy=True)
        threading.Thread(target=self._hear, args=(self._link,), daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        if self._link:
            self._link.close()

    def _hear(self, link: ClientConnection) -> None:
        with suppress(Exception):  # closed by the test
            for text in link:
                event = json.loads(text)
                if event["type"] != "ChannelVarset":
                    self.events.append(event)
                    self._act(event)

    def _act(self, event: dict[str, Any]) -> None:
        if event["type"] == "StasisStart":
            self._entered(event)
        elif event["type"] == "StasisEnd":
            self._ended(event["channel"]["id"])

    def _entered(self, event: dict[str, Any]) -> None:
        channel, old = event["channel"]["id"], event.get("replace_channel")
        kind, *rest = event["args"] or [""]
        if old:
            self.ask("DELETE", f"channels/{old['id']}")
        elif kind == "in":
            self._callers.append(channel)
            self.ring(channel)
        elif kind == "leg":
            self._join(rest[0], channel)
        elif kind == "from-agent" and rest == ["*2"] and self._callers:
            self.ask("POST", f"channels/{channel}/answer")
            self._join(self._callers[-1], channel)
            self.ask("DELETE", f"channels/leg{self._legs}-{self._callers[-1]}")

    def ring(self, caller: str) -> None:
        """Let the agent's telephone ring for a caller."""
        self._legs += 1
        headers = {"X-Vitrine-Call": f"c-{self._legs}"} | self.headers
        variables = {f"PJSIP_HEADER(add,{name})": value for name, value in headers.items()}
        self.ask(
            "POST",
            f"channels/leg{self._legs}-{caller}",
            body={"variables": variables},
            endpoint=f"PJSIP/{self.agent}",
            app=self.instance.application,
            appArgs=f"leg,{caller}",
            originator=caller,
            timeout="30",
        )

    def _join(self, caller: str, leg: str) -> None:
        self.ask("POST", f"channels/{caller}/answer")
        self.ask("POST", f"bridges/b-{caller}", type="mixing")
        self.ask("POST", f"bridges/b-{caller}/addChannel", channel=f"{caller},{leg}")

    def _ended(self, channel: str) -> None:
        """When one side goes, the other goes too; a leg that was replaced took nobody with it."""
        self.ask("DELETE", f"channels/leg{self._legs}-{channel}")
        replaced = {one["replace_channel"]["id"] for one in self.events if "replace_channel" in one}
        if channel in replaced:
            return
        for bridge in self.ask("GET", "bridges") or []:
            if len(bridge["channels"]) < 2:
                for other in bridge["channels"]:
                    self.ask("DELETE", f"channels/{other}")
                self.ask("DELETE", f"bridges/{bridge['id']}")


@contextmanager
def running_exchange(folder: Path, *, found: Engine) -> Iterator[Exchange]:
    """Asterisk in `folder` on free ports, booted; it ends with the block."""
    http, sip = free_ports(2)
    instance = Instance(
        folder=folder,
        engine=found,
        sip_port=sip,
        http_port=http,
        rtp_ports=free_udp_ports(100),
        password="a password of the tests",
        trunk=Trunk(match=(OUTSIDE,)),
    )
    configuration.write(instance)
    with (folder / "asterisk.log").open("w") as log:
        process = subprocess.Popen(instance.run_command(), stdout=log, stderr=log)
    exchange = Exchange(instance)
    try:
        wait_until(instance.is_booted, within=BOOT_SECONDS, why=(folder / "asterisk.log").read_text)
        exchange.listen()
        yield exchange
    finally:
        exchange.close()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
