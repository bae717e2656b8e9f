"""The `vitrine` command. It imports no Django: what needs it runs in a process of its own.

    vitrine run                  everything on this machine
    vitrine web | live | work | door | fetch     one process, for systemd or containers
    vitrine NOUN VERB            a management command, see `COMMANDS`

Where `DATABASE_URL` names no server, a command uses the embedded one: the running one, or
one that is started for as long as the command lasts.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from vitrine.ops import children, doctor, processes
from vitrine.ops.embedded_postgres import EmbeddedServer, url_of_running_server
from vitrine.ops.environment import database_url, state_directory
from vitrine.ops.errors import Problem
from vitrine.ops.supervisor import Supervisor, addresses

COMMANDS: dict[tuple[str, ...], tuple[str, str]] = {
    ("migrate",): ("migrate", "bring the tables up to date"),
    ("prepare",): ("prepare", "tables, interface files, demonstration: what `run` does first"),
    ("demo", "load"): ("load_demo", "load the fictitious register"),
    ("demo", "accounts"): ("show_demo_accounts", "who can sign in to the demonstration"),
    ("directory", "import-municipalities"): ("import_municipalities", "FILE... [--dry-run]"),
    ("accounts", "create"): ("create_account", "somebody who may sign in"),
    ("journal", "verify"): ("verify_journal", "whether the hash chain is whole"),
    ("tickets", "archive"): ("archive_tickets", "archive what was closed long ago"),
    ("mail", "parse"): ("mail_parse", "FILE...: what we read in raw messages, one JSON line each"),
    ("mail", "import"): ("mail_import", "PATH...: mbox, Maildir, .eml [--history] [--dry-run]"),
    ("mail", "clean"): ("mail_clean", "standard input: an HTML page made inert"),
    ("phone", "call"): ("phone_call", "a demonstration caller, with PHONE=1 [--keys 1w1]"),
    ("phone", "serve"): ("phone_serve", "answer calls: through Asterisk, or [--simulated]"),
    ("phone", "simulate"): ("phone_simulate", "random days of the telephone, in virtual time"),
    ("phone", "speak"): ("phone_speak", "make the sounds of the telephone [--check] [--list]"),
    ("phone", "verify"): ("phone_verify", "replay the journal of calls, compare with the rows"),
    ("shell",): ("shell", "a Python prompt with the product loaded"),
    ("manage",): ("", "any management command of Django"),
}
"""noun and verb -> management command, help."""

PURE = ("mail_parse", "mail_clean", "phone_simulate", "phone_speak")
"""Management commands that look at no database."""
RECORDING, INTO = {"--recording"}, {"--into"}
"""A recording goes into the records, unless a folder is named."""

PORT, SMTP_PORT, LMTP_PORT = 8000, 2525, 2526
CONSOLE_PORT = 8009


def main(words: Sequence[str] | None = None) -> int:
    """Run the command in `words` (default: of the command line); its exit code."""
    words = list(sys.argv[1:] if words is None else words)
    try:
        return dispatch(words)
    except Problem as problem:
        if str(problem):
            print(f"vitrine: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def dispatch(words: list[str]) -> int:
    """Find what `words` ask for: ours, then the table, then the help."""
    if words and words[0] in OWN:
        function, _help = OWN[words[0]]
        return function(words[1:])
    for length in (2, 1):
        if found := COMMANDS.get(tuple(words[:length])):
            name, _help = found
            command = processes.django(*([name] if name else []), *words[length:])
            is_pure = name in PURE and not (
                RECORDING.intersection(words) and INTO.isdisjoint(words)
            )
            return without_database(command) if is_pure else with_database(command)
    print(overview(), file=sys.stdout if not words or words[0] in HELP else sys.stderr)
    return 0 if words and words[0] in HELP else 2


HELP = ("help", "-h", "--help")


def overview() -> str:
    """Every command with its line."""
    lines = ["usage: vitrine COMMAND [OPTIONS]", ""]
    for name, (_function, text) in OWN.items():
        lines.append(f"  {name:34} {text}")
    for key, (_name, text) in COMMANDS.items():
        lines.append(f"  {' '.join(key):34} {text}")
    return "\n".join(lines)


def run(words: list[str]) -> int:
    """Start everything."""
    parser = argparse.ArgumentParser(prog="vitrine run", description="Start everything here.")
    add_addresses(parser)
    parser.add_argument("--live-port", type=int, help="of the live stream (next to --port)")
    parser.add_argument("--status-port", type=int, help="of the status page (after --port)")
    parser.add_argument("--smtp-port", type=int, default=SMTP_PORT)
    parser.add_argument("--lmtp-port", type=int, default=LMTP_PORT)
    parser.add_argument("--without-demonstration", action="store_true")
    parser.add_argument("--phone", action="store_true", help="a real telephone: Asterisk")
    parser.add_argument("--without-calls", action="store_true", help="nobody is played who calls")
    wanted = parser.parse_args(words)
    at = addresses(
        host=wanted.host,
        port=wanted.port,
        live_port=wanted.live_port,
        status_port=wanted.status_port,
        smtp_port=wanted.smtp_port,
        lmtp_port=wanted.lmtp_port,
    )
    return Supervisor(
        at,
        with_demonstration=not wanted.without_demonstration,
        with_calls=not wanted.without_calls,
        with_phone=wanted.phone,
    ).run()


def add_addresses(parser: argparse.ArgumentParser, *, port: int = PORT) -> None:
    """The options --host and --port."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=port, help="0: any (%(default)s)")


def web(words: list[str]) -> int:
    """Only the pages."""
    parser = argparse.ArgumentParser(prog="vitrine web")
    add_addresses(parser)
    parser.add_argument("--threads", type=int, default=4, help="requests at once (%(default)s)")
    wanted = parser.parse_args(words)
    program = processes.web(host=wanted.host, port=wanted.port, threads=wanted.threads)
    return with_database(program.command)


def live(words: list[str]) -> int:
    """Only the live stream."""
    parser = argparse.ArgumentParser(prog="vitrine live")
    add_addresses(parser, port=PORT + 1)
    wanted = parser.parse_args(words)
    return with_database(processes.live(host=wanted.host, port=wanted.port).command)


def status_page(words: list[str]) -> int:
    """Only the status page; needs no database."""
    parser = argparse.ArgumentParser(prog="vitrine status-page")
    add_addresses(parser, port=PORT + 2)
    wanted = parser.parse_args(words)
    return in_place_of_this(processes.status_page(host=wanted.host, port=wanted.port).command)


def keeper(words: list[str]) -> int:
    """Only the keeper of what is public; needs no database."""
    argparse.ArgumentParser(prog="vitrine keeper").parse_args(words)
    return in_place_of_this(processes.keeper().command)


def in_place_of_this(command: list[str]) -> int:
    """Run `command` in this process; never comes back."""
    os.execvpe(command[0], command, processes.environment())  # noqa: S606


def work(words: list[str]) -> int:
    """Only the worker."""
    argparse.ArgumentParser(prog="vitrine work").parse_args(words)
    return with_database(processes.work().command)


def door(words: list[str]) -> int:
    """Only the mail door."""
    parser = argparse.ArgumentParser(prog="vitrine door")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, default=SMTP_PORT)
    parser.add_argument("--lmtp-port", type=int, default=LMTP_PORT)
    wanted = parser.parse_args(words)
    program = processes.door(
        host=wanted.host, smtp_port=wanted.smtp_port, lmtp_port=wanted.lmtp_port
    )
    return with_database(program.command)


def fetch(words: list[str]) -> int:
    """Only the fetcher."""
    argparse.ArgumentParser(prog="vitrine fetch").parse_args(words)
    return with_database(processes.fetch().command)


def examine(words: list[str]) -> int:
    """Whether everything is as it should be."""
    parser = argparse.ArgumentParser(prog="vitrine doctor")
    parser.add_argument("--memory", action="store_true", help="memory (PSS) of each process")
    wanted = parser.parse_args(words)
    return doctor.print_memory() if wanted.memory else doctor.examine()


def console(words: list[str]) -> int:
    """Only the emergency console; it needs neither the database nor the rest."""
    parser = argparse.ArgumentParser(prog="vitrine console")
    add_addresses(parser, port=CONSOLE_PORT)
    wanted = parser.parse_args(words)
    return in_place_of_this(processes.console(host=wanted.host, port=wanted.port).command)


def status(words: list[str]) -> int:
    """The state of the register at the terminal; only the import needs the database."""
    if words[:1] == ["import-journal"]:
        return with_database(processes.django("import_journal", *words[1:]))
    # A process of its own: the libraries of the keys would stay in the supervisor's memory.
    return in_place_of_this([sys.executable, "-m", "vitrine.console.machine_room", *words])


def postgres(words: list[str]) -> int:
    """A database for one command: `vitrine postgres --temporary -- COMMAND ...`."""
    parser = argparse.ArgumentParser(prog="vitrine postgres")
    parser.add_argument("command", nargs="+", help="what to run with DATABASE_URL set")
    return with_database(parser.parse_args(words).command)


def without_database(command: list[str]) -> int:
    """Replace this process by `command`, which needs no database."""
    os.execvpe(command[0], command, processes.environment())  # noqa: S606


def with_database(command: list[str]) -> int:
    """Run `command` with a database: replaces this process when one is there already."""
    url = database_url() or url_of_running_server(state_directory())
    if url is not None:
        os.execvpe(command[0], command, processes.environment(DATABASE_URL=url))  # noqa: S606
    server = EmbeddedServer(state_directory())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.start()
        child = subprocess.Popen(
            command,
            env=processes.environment(DATABASE_URL=server.url),
            preexec_fn=children.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
        )
        try:
            return child.wait()
        finally:
            children.end(child, with_signal=signal.SIGTERM, within=8, group=False)
    finally:
        server.stop()


OWN: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "run": (run, "start everything on this machine"),
    "doctor": (examine, "whether everything is as it should be; --memory"),
    "web": (web, "only the pages"),
    "live": (live, "only the live stream"),
    "status-page": (status_page, "only the public status page; needs no database"),
    "keeper": (keeper, "only the keeper of the status page: heartbeat and copies"),
    "work": (work, "only the worker"),
    "door": (door, "only the mail door (SMTP and LMTP)"),
    "fetch": (fetch, "only the fetcher (IMAP mailboxes)"),
    "console": (console, "only the emergency console of the public state"),
    "status": (status, "show | set | publish | verify: without database; import-journal FILE"),
    "postgres": (postgres, "COMMAND: run it with DATABASE_URL of the embedded server"),
}
