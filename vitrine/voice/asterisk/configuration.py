"""The configuration of an Asterisk of ours: every file it reads, and none of Debian's.

`write(instance)` makes the files; the same instance gives the same files. What changes while it
runs (agents' telephones, the heartbeat) is told by ARI and kept by Asterisk itself.
"""

from pathlib import Path
from textwrap import dedent

from vitrine.voice.asterisk import sounds
from vitrine.voice.asterisk.dialplan import dialplan
from vitrine.voice.asterisk.endpoints import pjsip, sorcery
from vitrine.voice.asterisk.instance import Instance
from vitrine.voice.asterisk.modules import MODULES

KEPT = "VITRINE_CALL,VITRINE_FACTS"
"""Channel variables in each channel's description: what a restarted brain must know."""

SILENT = ("acl", "ccss", "cel", "features", "manager", "pjproject", "stasis", "websocket_client")
"""Files that must be there, else there are complaints, and that say nothing."""


def write(instance: Instance) -> None:
    """Directories, files, tone and music."""
    instance.make_folders()
    texts = {
        "asterisk.conf": main(instance),
        "modules.conf": modules(),
        "logger.conf": LOGGER,
        "http.conf": http(instance),
        "ari.conf": ari(instance),
        "rtp.conf": rtp(instance),
        "udptl.conf": udptl(instance),
        "res_fax.conf": "[general]\nminrate=2400\nmaxrate=14400\nstatusevents=no\n",
        "musiconhold.conf": "[default]\nmode=files\ndirectory=moh\nsort=alpha\n",
        "indications.conf": INDICATIONS,
        "pjsip.conf": pjsip(instance),
        "sorcery.conf": sorcery(),
        "extensions.conf": dialplan(instance),
    }
    for name, text in texts.items():
        put(instance.folder / "etc" / name, text)
    for name in SILENT:
        put(instance.folder / "etc" / f"{name}.conf", "")
    put(instance.folder / "etc" / "cdr.conf", "[general]\nenable=no\n")
    sounds.make(instance.folder / "data")
    instance.describe()


def put(file: Path, text: str) -> None:
    """Passwords stand in some of them: only the owner reads."""
    file.touch(mode=0o600)
    file.write_text(dedent(text).lstrip())


def main(instance: Instance) -> str:
    """Where everything stands."""
    here, engine = instance.folder.absolute(), instance.engine
    return f"""
        [directories]
        astetcdir => {here}/etc
        astmoddir => {engine.modules}
        astvarlibdir => {here}/var/lib
        astdbdir => {here}/var/db
        astkeydir => {here}/var/lib
        astdatadir => {here}/data
        astagidir => {here}/data/agi-bin
        astspooldir => {here}/var/spool
        astrundir => {here}/var/run
        astlogdir => {here}/var/log
        astcachedir => {here}/var/cache
        [options]
        systemname = vitrine
        transmit_silence = yes
        live_dangerously = no
        maxfiles = 16384
        nocolor = yes
        """


def modules() -> str:
    """Exactly these."""
    lines = [f"load = {name}.so" for name in MODULES]
    return "\n".join(["[modules]", "autoload = no", *lines, ""])


def http(instance: Instance) -> str:
    """ARI and the websockets of softphones, in the clear, for this machine alone.

    Who else wants `/ws` comes through a proxy: Asterisk cannot give it without giving ARI, too.
    """
    return f"""
        [general]
        enabled = yes
        servername = telephone
        bindaddr = {instance.http_address}
        bindport = {instance.http_port}
        sessionlimit = 2000
        session_inactivity = 30000
        session_keep_alive = 60000
        enable_static = no
        enable_status = no
        """


def ari(instance: Instance) -> str:
    """Whoever may tell it what to do."""
    return f"""
        [general]
        enabled = yes
        pretty = no
        websocket_write_timeout = 1000
        channelvars = {KEPT}
        [{instance.user}]
        type = user
        read_only = no
        password = {instance.password}
        """


def rtp(instance: Instance) -> str:
    """The ports of the sound."""
    first, last = instance.rtp_ports
    return f"""
        [general]
        rtpstart = {first}
        rtpend = {last}
        strictrtp = yes
        icesupport = yes
        dtmftimeout = 3000
        """


def udptl(instance: Instance) -> str:
    """The ports of T.38 faxes: the upper fifth of those of the sound."""
    first, last = instance.rtp_ports
    return f"""
        [general]
        udptlstart = {last - (last - first) // 5}
        udptlend = {last}
        udptlchecksums = no
        """


LOGGER = """
    [general]
    dateformat = %F %T.%3q
    appendhostname = no
    queue_log = no
    rotatestrategy = rotate
    [logfiles]
    messages => notice,warning,error
    """

INDICATIONS = """
    [general]
    country = be
    [be]
    description = Belgium
    ringcadence = 1000,3000
    dial = 425
    busy = 425/500,0/500
    ring = 425/1000,0/3000
    congestion = 425/167,0/167
    callwaiting = 1400/175,0/175,1400/175,0/3500
    dialrecall = !350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440
    record = 1400/500,0/15000
    info = 900/330,1400/330,1800/330,0/1000
    stutter = 425/1000,0/250
    """
