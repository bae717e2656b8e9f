"""What the environment tells the console; the names that it shares with the desk mean the same.

| variable                     | meaning                                        | default         |
|------------------------------|------------------------------------------------|-----------------|
| VITRINE_CONSOLE_DIRECTORY    | journal, attempts, export                      | STATE/console   |
| VITRINE_CONSOLE_TRUST        | public key of the export                       | export.key.pub  |
| VITRINE_CONSOLE_ORIGINS      | where the console is opened (https://...)      | the RP id       |
| VITRINE_CONSOLE_ADDRESSES    | networks that may open it, such as 10.1.0.0/16 | this machine    |
| VITRINE_CONSOLE_BEHIND_PROXY | 1: believe the last X-Forwarded-For            | 0               |
| VITRINE_CONSOLE_EXPORT_DAYS  | older exports are refused                      | 14              |
| VITRINE_STATUS_RP_ID         | host name for which the keys are enrolled      | localhost (dev) |
| VITRINE_STATUS_KEY_MODELS    | AAGUIDs that are allowed, in production        | none            |
| VITRINE_PRODUCTION           | 1: HTTPS, allow-lists, no virtual keys         | 0               |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from vitrine.publication.proof import VIRTUAL_MODEL
from vitrine.publication.site import Site, site_from

LOOPBACK = "127.0.0.0/8 ::1/128"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How this console is set up."""

    directory: Path
    trust: Path
    site: Site
    rp_id: str
    origins: tuple[str, ...]
    """Empty: the address that was asked for; in development only."""
    models: frozenset[str] | None
    networks: tuple[IPv4Network | IPv6Network, ...]
    is_behind_proxy: bool
    is_production: bool
    oldest_export: timedelta

    @property
    def export(self) -> Path:
        """Where the application writes what the console knows."""
        return self.directory / "export.json"

    @property
    def signing_key(self) -> Path:
        """With which the application signs it; the console never reads it."""
        return self.directory / "export.key"

    def admits(self, address: str) -> bool:
        """Whether the console is open to an IP address."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self.networks)


def options_from(environment: Mapping[str, str] = os.environ) -> Options:
    """The console that the environment describes. Raises ValueError for a network that is none."""
    state = Path(environment.get("VITRINE_STATE") or Path(__file__).parents[2] / ".state")
    directory = Path(environment.get("VITRINE_CONSOLE_DIRECTORY") or state / "console").absolute()
    is_production = environment.get("VITRINE_PRODUCTION") == "1"
    rp_id = environment.get("VITRINE_STATUS_RP_ID", "" if is_production else "localhost")
    origins = words(environment, "VITRINE_CONSOLE_ORIGINS")
    models = {each.lower() for each in words(environment, "VITRINE_STATUS_KEY_MODELS")}
    networks = words(environment, "VITRINE_CONSOLE_ADDRESSES") or LOOPBACK.split()
    return Options(
        directory=directory,
        trust=Path(environment.get("VITRINE_CONSOLE_TRUST") or directory / "export.key.pub"),
        site=site_from(environment),
        rp_id=rp_id,
        origins=tuple(origins or ([f"https://{rp_id}"] if is_production else [])),
        models=frozenset(models - {VIRTUAL_MODEL}) if is_production else None,
        networks=tuple(ip_network(each) for each in networks),
        is_behind_proxy=environment.get("VITRINE_CONSOLE_BEHIND_PROXY") == "1",
        is_production=is_production,
        oldest_export=timedelta(days=float(environment.get("VITRINE_CONSOLE_EXPORT_DAYS", "14"))),
    )


def words(environment: Mapping[str, str], name: str) -> list[str]:
    """The words of a variable, parted by commas or spaces."""
    return environment.get(name, "").replace(",", " ").split()
