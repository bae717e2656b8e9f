"""The unmodified client `statuspage.io` from npm reads our JSON."""

import json
import shutil
import subprocess

import pytest

from tests.bulletins import AT, a_bulletin
from tests.servers import status_hosts
from tests.servers.house import ROOT
from vitrine.publication import publish
from vitrine.publication.bulletin import Position
from vitrine.publication.site import Site

CLIENT = """
const { Statuspage } = require("statuspage.io");
(async () => {
  const client = new Statuspage("register");
  client.setApiUrl(process.argv[1]);
  const { api } = client;
  console.log(JSON.stringify({
    summary: await api.getSummary(),
    status: await api.getStatus(),
    components: await api.getComponents(),
    incidents: await api.incidents.getAll(),
    unresolved: await api.incidents.getUnresolved(),
    active: await api.scheduledMaintenances.getActive(),
    all: await api.scheduledMaintenances.getAll(),
    upcoming: await api.scheduledMaintenances.getUpcoming(),
  }));
})().catch((error) => { console.error(error.message); process.exit(1); });
"""


@pytest.mark.parametrize("language", ["", "de/"])
def test_the_npm_client_reads_every_position(tmp_path, language):
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/statuspage.io").is_dir():
        pytest.skip("no Node or no development packages on this machine: make set-up")
    directory = tmp_path / "status"
    directory.mkdir()
    expected = {
        Position.WORKS: ("none", "operational"),
        Position.SLOWED: ("minor", "partial_outage"),
        Position.INTERRUPTED: ("critical", "major_outage"),
    }
    with status_hosts.running_serve(directory) as host:
        for version, position in enumerate(Position, start=1):
            publish(a_bulletin(position, version=version), at=AT, directory=directory,
                    site=Site(directory=directory))  # fmt: skip
            done = subprocess.run(
                [node, "-e", CLIENT, f"{host.url}{language}".rstrip("/")],
                cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            said = json.loads(done.stdout)
            indicator, component = expected[position]
            assert said["status"]["status"]["indicator"] == indicator
            assert said["summary"]["page"]["x_version"] == version
            assert said["components"]["components"][0]["status"] == component
            assert len(said["unresolved"]["incidents"]) == (position is not Position.WORKS)
            assert len(said["incidents"]["incidents"]) == 1 + (position is not Position.WORKS)
            assert [m["status"] for m in said["upcoming"]["scheduled_maintenances"]] == [
                "scheduled"
            ]
            # This client asks for `upcoming.json` whichever of the three one wants.
            assert said["all"] == said["active"] == said["upcoming"]
