"""Callers by SIPp, the yardstick of others: no line of ours on the side that calls.

It comes from Debian (`sip-tester`, see `tools/install_servers`); without it our own call.
Each caller is answered, stays for three seconds and hangs up; whatever else happens is a failure
that SIPp counts.
"""

import csv
import shutil
import subprocess

from tests.servers.exchange import TRUNK

SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="a caller">
  <send retrans="500"><![CDATA[
    INVITE sip:+3225550100@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:+3222[call_number]000@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:+3225550100@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:caller@[local_ip]:[local_port]>
    Max-Forwards: 70
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=- 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [media_ip]
    t=0 0
    m=audio [media_port] RTP/AVP 8 101
    a=rtpmap:8 PCMA/8000
    a=rtpmap:101 telephone-event/8000
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true" timeout="8000"/>
  <send><![CDATA[
    ACK [next_url] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:+3222[call_number]000@[local_ip]:[local_port]>;tag=[call_number]
    [last_To:]
    Call-ID: [call_id]
    CSeq: 1 ACK
    Max-Forwards: 70
    Content-Length: 0

  ]]></send>
  <pause milliseconds="3000"/>
  <send retrans="500"><![CDATA[
    BYE [next_url] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:+3222[call_number]000@[local_ip]:[local_port]>;tag=[call_number]
    [last_To:]
    Call-ID: [call_id]
    CSeq: 2 BYE
    Max-Forwards: 70
    Content-Length: 0

  ]]></send>
  <recv response="200"/>
</scenario>
"""


def is_here():
    """Whether the machine has it."""
    return shutil.which("sipp") is not None


def call(folder, *, at, rate, calls):
    """Let it call; (calls that went well, calls that failed) as it counts them."""
    scenario, counts = folder / "caller.xml", folder / "counts.csv"
    scenario.write_text(SCENARIO)
    command = ["sipp", at, "-sf", str(scenario), "-i", TRUNK, "-mi", TRUNK, "-nostdin"]
    command += ["-r", f"{rate:g}", "-m", str(calls), "-l", str(int(rate * 30) + 10)]
    command += ["-trace_stat", "-stf", str(counts), "-fd", "1"]
    with (folder / "sipp.log").open("wb") as log:
        subprocess.run(command, check=False, stdout=log, stderr=log, cwd=folder)
    with counts.open() as rows:
        last = list(csv.DictReader(rows, delimiter=";"))[-1]
    return int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])
