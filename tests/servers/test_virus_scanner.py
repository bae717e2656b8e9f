"""A real clamd: EICAR's harmless test file is found, everything else is clean."""

import hashlib
import io
import os
import shutil
import signal
import subprocess

import pytest

from tests.servers.house import wait_until
from vitrine.kernel.virus_scanner import is_there, scan

SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""In two pieces, so that no scanner takes this file for it."""

CONFIGURATION = """
LocalSocket {place}/clamd.sock
DatabaseDirectory {place}/signatures
TemporaryDirectory {place}
LogFile {place}/clamd.log
Foreground yes
StreamMaxLength 30M
"""


@pytest.fixture
def clamd(own_place):
    """The socket of a clamd that knows one signature."""
    program = shutil.which("clamd", path=SBIN)
    if program is None:
        pytest.skip("no clamd on this machine: tools/install_servers")
    (own_place / "signatures").mkdir()
    digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
    (own_place / "signatures/test.hdb").write_text(f"{digest}:{len(EICAR)}:Eicar-Test\n")
    configuration = own_place / "clamd.conf"
    configuration.write_text(CONFIGURATION.format(place=own_place))
    with (own_place / "out").open("wb") as out:
        process = subprocess.Popen([program, "-c", str(configuration)], stdout=out, stderr=out)
    socket = str(own_place / "clamd.sock")
    try:
        wait_until(lambda: is_there(socket), within=60)
        yield socket
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def test_a_real_scanner_gives_both_verdicts(clamd):
    assert scan(io.BytesIO(EICAR), at=clamd).infection.startswith("Eicar-Test")
    assert scan(io.BytesIO(b"Guten Tag" * 100_000), at=clamd).infection == ""
    assert scan(io.BytesIO(b""), at=clamd).infection == ""
