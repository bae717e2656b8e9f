"""An IMAP server that is as strange as a test wants: what no ordinary server does on demand.

It speaks enough of IMAP4rev1 for a fetcher. A test sets attributes, or gives `before`, which
is called with each command and may answer, break off, or say nothing at all.
"""

import base64
import re
import socketserver
import threading
import time
from dataclasses import dataclass, field

SILENCE = object()
"""Returned by `before`: no answer, the connection stays open."""
END = object()
"""Returned by `before`: the connection ends without a word."""


@dataclass
class Strange:
    """The messages by UID, and how the server behaves."""

    messages: dict = field(default_factory=dict)
    flags: dict = field(default_factory=dict)
    uid_validity: int = 7
    capabilities: str = "IMAP4rev1 IDLE UIDPLUS MOVE AUTH=PLAIN AUTH=XOAUTH2 SASL-IR"
    is_read_only: bool = False
    tokens: set = field(default_factory=set)
    """Access tokens that are good."""
    literal8: bool = False
    size_told: int | None = None
    """RFC822.SIZE of everything; None: the truth."""
    date_told: str = '"23-Nov-2026 10:00:00 +0100"'
    told_while_idle: list = field(default_factory=list)
    before: object = None
    commands: list = field(default_factory=list)
    sessions: int = 0
    port: int = 0

    def open(self):
        """Listen; returns the server, to be shut down."""
        strange = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                Session(strange, self).run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        server = Server(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return server

    def uids(self, text):
        """The UIDs that `1:3,7,9:*` names."""
        last = max(self.messages, default=0)
        found = set()
        for part in text.split(","):
            first, _colon, end = part.partition(":")
            edges = [last if edge == "*" else int(edge) for edge in (first, end or first)]
            found |= {uid for uid in self.messages if min(edges) <= uid <= max(edges)}
        return sorted(found)


class Session:
    """One connection."""

    def __init__(self, strange, stream):
        self.strange = strange
        self.stream = stream

    def say(self, line):
        data = line if isinstance(line, bytes) else line.encode()
        self.stream.wfile.write(data + b"\r\n")

    def run(self):
        self.strange.sessions += 1
        try:
            self.say(f"* OK [CAPABILITY {self.strange.capabilities}] strange")
            while line := self.stream.rfile.readline():
                if not self.answered(line.decode("latin-1").rstrip("\r\n")):
                    return
        except (OSError, ValueError):
            return

    def answered(self, line):
        tag, _space, rest = line.partition(" ")
        name, _space, arguments = rest.partition(" ")
        if name.upper() == "UID":
            name, _space, arguments = arguments.partition(" ")
        self.strange.commands.append(f"{name.upper()} {arguments}".strip())
        if self.strange.before:
            said = self.strange.before(name.upper(), arguments)
            if said is END:
                return False
            if said is SILENCE:
                time.sleep(30)
                return False
            if said:
                self.say(f"{tag} {said}" if not said.startswith("*") else said)
                return True
        getattr(self, f"do_{name.lower()}")(tag, arguments)
        return name.upper() != "LOGOUT"

    def ok(self, tag, words="done"):
        self.say(f"{tag} OK {words}")

    def do_capability(self, tag, _arguments):
        self.say(f"* CAPABILITY {self.strange.capabilities}")
        self.ok(tag)

    def do_authenticate(self, tag, arguments):
        mechanism, _space, initial = arguments.partition(" ")
        if not initial:
            self.say("+ ")
            initial = self.stream.rfile.readline().decode().strip()
        said = base64.b64decode(initial).decode()
        if mechanism.upper() == "XOAUTH2":
            token = re.search(r"auth=Bearer ([^\x01]*)", said)[1]
            if token not in self.strange.tokens:
                self.say("+ " + base64.b64encode(b'{"status":"401"}').decode())
                self.stream.rfile.readline()
                self.say(f"{tag} NO AUTHENTICATE failed.")
                return
        self.ok(tag)

    def do_login(self, tag, _arguments):
        self.ok(tag)

    def do_noop(self, tag, _arguments):
        self.ok(tag)

    def do_logout(self, tag, _arguments):
        self.say("* BYE")
        self.ok(tag)

    def do_select(self, tag, _arguments):
        self.say(f"* {len(self.strange.messages)} EXISTS")
        self.say("* 0 RECENT")
        self.say("* FLAGS (\\Seen \\Deleted)")
        self.say(f"* OK [UIDVALIDITY {self.strange.uid_validity}] numbers")
        self.say(f"* OK [UIDNEXT {max(self.strange.messages, default=0) + 1}] next")
        word = "READ-ONLY" if self.strange.is_read_only else "READ-WRITE"
        self.ok(tag, f"[{word}] selected")

    do_examine = do_select

    def do_search(self, tag, arguments):
        numbers = re.search(r"UID ([\d:,*]+)", arguments)
        uids = self.strange.uids(numbers[1] if numbers else "1:*")
        if "UNSEEN" in arguments:
            uids = [uid for uid in uids if "\\Seen" not in self.strange.flags.get(uid, ())]
        self.say(" ".join(["* SEARCH", *map(str, uids)]))
        self.ok(tag)

    def do_fetch(self, tag, arguments):
        numbers, _space, wanted = arguments.partition(" ")
        for uid in self.strange.uids(numbers):
            self.give(uid, wanted)
        self.ok(tag)

    def give(self, uid, wanted):
        """One FETCH response."""
        raw = self.strange.messages[uid]
        parts = [f"UID {uid}".encode()]
        if "RFC822.SIZE" in wanted:
            size = len(raw) if self.strange.size_told is None else self.strange.size_told
            parts.append(f"RFC822.SIZE {size}".encode())
            parts.append(f"INTERNALDATE {self.strange.date_told}".encode())
            flags = " ".join(self.strange.flags.get(uid, ()))
            parts.append(f"FLAGS ({flags})".encode())
        if "BODY" in wanted:
            name = "BODY[HEADER]" if "HEADER" in wanted else "BODY[]"
            content = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in wanted else raw
            tilde = "~" if self.strange.literal8 else ""
            parts.append(f"{name} {tilde}{{{len(content)}}}\r\n".encode() + content)
        self.say(f"* {uid} FETCH (".encode() + b" ".join(parts) + b")")

    def do_store(self, tag, arguments):
        numbers, _space, change = arguments.partition(" ")
        for uid in self.strange.uids(numbers):
            self.strange.flags.setdefault(uid, set()).update(re.findall(r"\\\w+", change))
        self.ok(tag)

    def do_idle(self, tag, _arguments):
        for line in self.strange.told_while_idle:
            self.say(line)
        self.say("+ idling")
        while line := self.stream.rfile.readline():
            if line.strip().upper() == b"DONE":
                self.ok(tag)
                return
