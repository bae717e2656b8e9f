"""A name server of the tests: answers for TXT records from a dictionary, over UDP, here only."""

import socket
import threading
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def name_server(records, *, is_silent=False):
    """Serves `records` (name: text); yields `127.0.0.1#PORT` for VITRINE_DNS and the questions."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    asked = []

    def serve():
        with suppress(OSError):
            while True:
                wire, peer = sock.recvfrom(4096)
                if not wire:
                    return
                question = dns.message.from_wire(wire)
                name = str(question.question[0].name).rstrip(".")
                asked.append(name)
                if is_silent:
                    continue
                answer = dns.message.make_response(question)
                answer.flags |= dns.flags.RA
                if name in records:
                    pieces = [
                        records[name][at : at + 250] for at in range(0, len(records[name]), 250)
                    ]
                    text = " ".join(f'"{piece}"' for piece in pieces)
                    answer.answer.append(
                        dns.rrset.from_text(question.question[0].name, 60, "IN", "TXT", text)
                    )
                else:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                sock.sendto(answer.to_wire(), peer)

    port = sock.getsockname()[1]
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1#{port}", asked
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        thread.join(5)
        sock.close()
