"""Fill an empty, migrated database with realistic tickets, quickly.

COPY in two processes, triggers off, indexes made afterwards. The journal is written
with its whole hash chain, computed here as the database would. 93 of 100 tickets are
archived, 6 closed, 1 live: a desk after eight years.
"""

# ruff: noqa: SIM905 - columns are easiest to compare with the table as a text

import json
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import psycopg
from django.contrib.auth.hashers import make_password

from bench.people import CALL_TAKERS, SERVICES, Scale, people
from bench.words import SUBJECTS, Voice, family_name, voice

PASSWORD = "a fictitious password"
CHUNK = 10_000
BRUSSELS = ZoneInfo("Europe/Brussels")
LARGE = ("tickets_ticket", "tickets_message", "tickets_searchdocument", "tickets_delegation",
         "journal_entry", "correspondence_promise", "directory_person", "directory_mailaddress",
         "directory_phonenumber")  # fmt: skip

TICKET = ("id number subject requester_id organisation_id channel question_type_id language "
          "reply_language reply_language_reason impact urgency priority state outcome owner_id "
          "service_id next_action promised_for remind_at due_at paused_at time_left opened_at "
          "last_activity_at first_answered_at closed_at closed_by_id reopened_count archived_at "
          "merged_into_id excerpt").split()  # fmt: skip
MESSAGE = (
    "id ticket_id kind channel at by_person_id by_account_id language text quoted "
    "message_id arrival_id promise_id call_began_at call_ended_at"
).split()
PROMISE = (
    "id kind channel to_person_id to_account_id to_address language subject text handler_id "
    "subject_type subject_id message_id in_reply_to references is_automatic promised_at "
    "due_at attempts claimed_at handing_over_at sent_at proof failed_at failure"
).split()
DELEGATION = (
    "ticket_id service_id to_account_id is_deputy by_id motive at due_at answered_at "
    "returned_at return_motive"
).split()

ENTRY = ("id at verb by_id subject_type subject_id facts body position hash").split()


def escape(value: object) -> str:
    """A value as COPY's text format wants it."""
    if value is None:
        return r"\N"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")
    return str(value)


def copy_rows(connection: psycopg.Connection, table: str, columns: list[str],
              rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> None:  # fmt: skip
    """Send rows by COPY."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write("\t".join(map(escape, row)) + "\n")


class Writer:
    """Makes the tickets of one chunk, the same for the same chunk."""

    def __init__(self, scale: Scale, *, voices: dict[str, Voice], first: int) -> None:
        self.scale = scale
        self.voices = voices
        self.chance = random.Random(first)
        self.tickets: list[tuple[object, ...]] = []
        self.messages: list[tuple[object, ...]] = []
        self.promises: list[tuple[object, ...]] = []
        self.delegations: list[tuple[object, ...]] = []

    def add(self, ticket: int) -> None:
        """One ticket with its messages, promises and hand-over."""
        chance, scale = self.chance, self.scale
        language = chance.choices(("fr", "nl", "de", "en"), (46, 44, 8, 2))[0]
        speaker = self.voices[language]
        person = int(scale.persons * chance.random() ** 2) + 1
        channel = chance.choices(("phone", "mail", "web"), (60, 32, 8))[0]
        opened = scale.opened_at(ticket)
        state = scale.state(ticket, chance=chance)
        done = state in ("closed", "archived")
        outcome = chance.choices(("direct", "open", "second_line"), (70, 15, 15))[0] if done else ""
        service = ticket % SERVICES + 1
        owner = None if state == "new" else ticket % CALL_TAKERS + 1
        subject = chance.choice(SUBJECTS[language]).format(
            code=f"{chance.randint(1, 400):03d}", name=family_name(chance)
        )
        subject = f"{subject} {speaker.rare(chance, many=2)}"[:300]
        texts = [
            speaker.text(chance, sentences=chance.randint(2, 5))
            for _ in range(chance.choices((2, 3, 4, 5, 6), (35, 30, 20, 10, 5))[0])
        ]
        closed = opened + timedelta(hours=chance.expovariate(1 / 20)) if done else None
        waiting = state == "waiting"
        self.tickets.append((
            ticket, f"{opened.astimezone(BRUSSELS).year}-{ticket:06d}", subject, person,
            person % scale.organisations + 1, channel, ticket % 24 + 3, language, language,
            "region", 4, 3, 3, state, outcome, owner, service if state == "second_line" else None,
            "", None, None,
            None if done or waiting else opened + timedelta(hours=chance.uniform(4, 80)),
            opened if waiting else None, timedelta(hours=5) if waiting else None, opened,
            closed or opened + timedelta(minutes=30), closed, closed, owner if done else None, 0,
            closed + timedelta(days=90) if closed and state == "archived" else None, None,
            texts[0][:200],
        ))  # fmt: skip
        self._texts(ticket, texts, speaker=language, channel=channel, person=person, owner=owner,
                    opened=opened, subject=subject)  # fmt: skip
        if outcome == "second_line" or state == "second_line":
            answered = opened + timedelta(hours=9) if done else None
            self.delegations.append((
                ticket, service, CALL_TAKERS + service, False, owner, texts[-1][:80],
                opened + timedelta(hours=1), opened + timedelta(hours=25), answered, None, "",
            ))  # fmt: skip

    def _texts(self, ticket: int, texts: list[str], *, speaker: str, channel: str, person: int,
               owner: int | None, opened: datetime, subject: str) -> None:  # fmt: skip
        for place, text in enumerate(texts):
            at = opened + timedelta(minutes=40 * place)
            incoming = place == 0 or owner is None
            first_kind = "call" if channel == "phone" and place == 0 else "incoming"
            kind = first_kind if incoming else ("note" if place == 2 else "reply")
            promise = ticket * 8 + place if kind == "reply" else None
            number = ticket * 8 + place
            self.messages.append((
                number, ticket, kind, "" if kind == "note" else channel, at,
                person if incoming else None, None if incoming else owner, speaker, text,
                "", f"<{number}@mail.example>" if kind == "incoming" else "", None, promise,
                at if kind == "call" else None,
                at + timedelta(seconds=200) if kind == "call" else None,
            ))  # fmt: skip
            if promise:
                self.promises.append((
                    promise, "answer", "mail", person, None, f"p{person}@org.example", speaker,
                    subject, text, owner, "tickets.ticket", ticket,
                    f"<ticket-{promise}@register.example>", "", "[]", False, at, at, 1, at, at,
                    at, "taken", None, "",
                ))  # fmt: skip


def connect(url: str) -> psycopg.Connection:
    """A connection on which no trigger and no foreign key fires."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    return connection


def write_tickets(url: str, scale: Scale, begin: int, end: int) -> None:
    """Write the tickets `begin` to `end` (not included) in chunks; runs in its own process."""
    voices = {code: voice(code) for code in ("fr", "nl", "de", "en")}
    with connect(url) as connection:
        for first in range(begin, end, CHUNK):
            writer = Writer(scale, voices=voices, first=first)
            for ticket in range(first, min(first + CHUNK, end)):
                writer.add(ticket)
            copy_rows(connection, "tickets_ticket", TICKET, writer.tickets)
            copy_rows(connection, "tickets_message", MESSAGE, writer.messages)
            copy_rows(connection, "correspondence_promise", PROMISE, writer.promises)
            copy_rows(connection, "tickets_delegation", DELEGATION, writer.delegations)


def write_journal(url: str, scale: Scale) -> None:
    """Three entries per ticket with the whole chain, as the database would seal them."""
    with connect(url) as connection:
        copy_rows(connection, "journal_entry", ENTRY, _entries(scale))


def _entries(scale: Scale) -> Iterator[tuple[object, ...]]:
    position, last = 0, b""
    for ticket in range(1, scale.tickets + 1):
        opened = scale.opened_at(ticket)
        for verb, hours in (("ticket.opened", 0), ("ticket.taken", 1), ("ticket.answered", 2)):
            position += 1
            at = (opened + timedelta(hours=hours)).astimezone(UTC)
            by = ticket % CALL_TAKERS + 1
            facts = {"number": f"{opened.astimezone(BRUSSELS).year}-{ticket:06d}"}
            body = json.dumps(
                {"at": at.isoformat(), "by": by, "facts": facts,
                 "subject": ["tickets.ticket", ticket], "verb": verb},
                sort_keys=True, separators=(",", ":"), ensure_ascii=False,
            )  # fmt: skip
            last = sha256(last + body.encode()).digest()
            yield (position, at, verb, by, "tickets.ticket", ticket, json.dumps(facts), body,
                   position, f"\\x{last.hex()}")  # fmt: skip


def write_documents(url: str, statement: str, begin: int, end: int) -> None:
    """The search documents of a range of tickets, with the statement of the product."""
    with connect(url) as connection:
        for first in range(begin, end, CHUNK):
            connection.execute(statement, {"first": first, "last": min(first + CHUNK, end) - 1})


def fill(url: str, *, scale: Scale, statement: str) -> None:
    """Fill the migrated database at `url`; `statement` indexes tickets `first` to `last`."""
    with connect(url) as connection:
        password = make_password(PASSWORD)
        people_rows = people(scale, password=password)
        connection.execute(f"TRUNCATE {', '.join(people_rows)} CASCADE")
        indexes = _without_indexes(connection)
        for table, (columns, rows) in people_rows.items():
            copy_rows(connection, table, columns, rows)
    half = scale.tickets // 2 // CHUNK * CHUNK + 1
    ranges = ((1, half), (half, scale.tickets + 1))
    with ProcessPoolExecutor(max_workers=2) as pool:
        for future in [pool.submit(write_tickets, url, scale, *both) for both in ranges]:
            future.result()
        connection = connect(url)
        connection.execute("CREATE INDEX messages_while_loading ON tickets_message (ticket_id)")
        connection.execute("CREATE INDEX mail_while_loading ON directory_mailaddress (person_id)")
        connection.execute("ANALYZE tickets_ticket, tickets_message, directory_mailaddress")
        works = [pool.submit(write_documents, url, statement, *both) for both in ranges]
        works.append(pool.submit(write_journal, url, scale))
        for work in works:
            work.result()
    connection.execute("DROP INDEX messages_while_loading, mail_while_loading")
    _finish(connection, indexes)


def _without_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop the indexes of the large tables that no constraint needs; how to make them again."""
    rows = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS ("
        "SELECT FROM pg_constraint WHERE conname = indexname)", [list(LARGE)]
    ).fetchall()  # fmt: skip
    for name, _definition in rows:
        connection.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in rows]


def _finish(connection: psycopg.Connection, indexes: list[str]) -> None:
    connection.execute("SET maintenance_work_mem = '1GB'")
    connection.execute("SET max_parallel_maintenance_workers = 2")
    for definition in indexes:
        connection.execute(definition)
    connection.execute(
        "INSERT INTO tickets_searchword (word) SELECT word FROM "
        "ts_stat('SELECT document FROM tickets_searchdocument "
        "WHERE ticket_id % greatest(1, (SELECT count(*) / 100000 FROM tickets_ticket)) = 0') "
        "WHERE word ~ '^[a-z]{4,24}$' ON CONFLICT DO NOTHING"
    )
    for (table,) in connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    ).fetchall():
        sequence = connection.execute(
            "SELECT pg_get_serial_sequence(%s, 'id') WHERE EXISTS (SELECT FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attname = 'id')", [table, table]
        ).fetchone()  # fmt: skip
        if sequence and sequence[0]:
            connection.execute(
                f'SELECT setval(%s, (SELECT coalesce(max(id), 0) + 1 FROM "{table}"))',
                [sequence[0]],
            )
    connection.execute("SELECT setval('ticket_serial', (SELECT max(id) FROM tickets_ticket))")
    connection.execute("VACUUM (ANALYZE)")


def cores() -> int:
    """Processors of this machine."""
    return os.cpu_count() or 1
