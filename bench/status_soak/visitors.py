"""Visitors who come at a fixed rate, whatever the server does, each on his own connection.

An open load: a server that is slow gets no pause. What waits for a free connection counts from
the instant at which it should have been asked.
"""

import heapq
import multiprocessing
import re
import selectors
import socket
import time
from collections import Counter, deque
from dataclasses import dataclass, field

FORK = multiprocessing.get_context("fork")
ASKED = (("/status.json", ""), ("/fr/index.html", "gzip"), ("/de/index.html", "gzip, br"))
VERSION = re.compile(rb'"version": ?(\d+)')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
CONNECTIONS = 64
"""At once, of one process; browsers keep theirs open too."""
STAYS = 500
"""Requests on one connection before the visitor leaves and another one comes."""
PATIENCE = 20.0
"""Seconds for an answer; later is none."""


@dataclass
class Found:
    """What the visitors of one process were answered."""

    asked: int = 0
    errors: int = 0
    backward: int = 0
    last_version: int = 0
    statuses: Counter = field(default_factory=Counter)
    waited: list = field(default_factory=list)
    """Milliseconds of each answer."""


@dataclass
class Visit:
    """One connection; `due` is the instant of the question that is open, None while it idles."""

    link: socket.socket
    asked: int = 0
    due: float | None = None
    heard: bytes = b""


class Visitors(FORK.Process):
    """So many requests a second for so long, from one process."""

    def __init__(self, port, *, rate, seconds, told):
        super().__init__(daemon=True)
        self.port, self.rate, self.seconds, self.told = port, rate, seconds, told

    def run(self):
        self.found = Found()
        self.idle, self.busy = deque(), selectors.DefaultSelector()
        self.open, self.due = 0, []
        began, planned = time.monotonic(), int(self.rate * self.seconds)
        coming = 0
        end = began + self.seconds + PATIENCE
        while self.found.asked < planned or self.busy.get_map():
            now = time.monotonic()
            if now > end:
                break
            while coming < planned and began + coming / self.rate <= now:
                heapq.heappush(self.due, began + coming / self.rate)
                coming += 1
            while self.due and self.ask(self.due[0]):
                heapq.heappop(self.due)
            for key, _events in self.busy.select(0.001):
                self.hear(key.data)
        self.found.errors += len(self.due) + len(self.busy.get_map())
        self.told.put(self.found)

    def ask(self, due):
        """Whether there was a connection for the question of the instant `due`."""
        if not self.idle:
            if self.open >= CONNECTIONS:
                return False
            try:
                link = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            except OSError:
                self.found.asked += 1
                self.found.errors += 1
                return True
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open += 1
            self.idle.append(Visit(link))
        visit = self.idle.popleft()
        path, encoding = ASKED[self.found.asked % len(ASKED)]
        self.found.asked += 1
        visit.asked, visit.due, visit.heard = visit.asked + 1, due, b""
        self.busy.register(visit.link, selectors.EVENT_READ, visit)
        question = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\n\r\n"
        try:
            visit.link.sendall(question.encode())
        except OSError:
            self.leave(visit, failed=True)
        return True

    def hear(self, visit):
        """Take what has come; when the answer is whole, the connection is free again."""
        try:
            piece = visit.link.recv(1 << 18)
        except OSError:
            piece = b""
        if not piece:
            self.leave(visit, failed=True)
            return
        visit.heard += piece
        head, gap, body = visit.heard.partition(b"\r\n\r\n")
        length = LENGTH.search(head + b"\r\n")
        if not gap or (length and len(body) < int(length[1])):
            return
        self.judge(visit, status=head[9:12].decode(), body=body)
        self.busy.unregister(visit.link)
        if visit.asked >= STAYS:
            visit.link.close()
            self.open -= 1
        else:
            self.idle.append(visit)

    def judge(self, visit, *, status, body):
        """Write down one answer."""
        found = self.found
        found.statuses[status] += 1
        found.waited.append((time.monotonic() - visit.due) * 1000)
        if version := VERSION.search(body[:200]):
            found.backward += int(version[1]) < found.last_version
            found.last_version = max(found.last_version, int(version[1]))

    def leave(self, visit, *, failed):
        """Give a connection up."""
        self.found.errors += failed
        self.busy.unregister(visit.link)
        visit.link.close()
        self.open -= 1
