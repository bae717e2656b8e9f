"""The generated registers: made once per size, kept in the state directory for re-use."""

import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from bench import generator, people
from vitrine.ops.embedded_postgres import EmbeddedServer
from vitrine.ops.environment import ROOT, state_directory

DONE = "generated"
"""This file in the state directory of a size says that its register is complete."""

STATEMENT = """
INSERT INTO tickets_searchdocument (ticket_id, document)
{select} WHERE ticket.id BETWEEN %(first)s AND %(last)s
"""


def directory_of(tickets: int) -> Path:
    """The state directory of the register with so many tickets."""
    return state_directory() / "bench" / str(tickets)


def ensure(tickets: int) -> Path:
    """The state directory of a complete register; generated now when it is not there."""
    directory = directory_of(tickets)
    if not (directory / DONE).exists():
        print(f"Generating {tickets} tickets in {directory} ...", flush=True)
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        subprocess.run(
            [sys.executable, "-m", "bench.store", str(tickets)],
            env=environment | {"VITRINE_STATE": str(directory)},
            cwd=ROOT,
            check=True,
        )
    return directory


def give_defaults() -> None:
    """Let the database fill in columns that the generator does not know of, as Django would."""
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if field.null or field.primary_key or field.generated or field.is_relation:
                    continue
                if (value := editor.effective_default(field)) is not None:
                    table, column = model._meta.db_table, field.column
                    literal = editor.quote_value(value)
                    editor.execute(
                        f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET DEFAULT {literal}'
                    )


def generate(tickets: int) -> None:
    """Fill the register of this process's state directory."""
    state = state_directory()
    state.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    server = EmbeddedServer(state, durable=False)
    server.start()
    try:
        os.environ["DATABASE_URL"] = server.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vitrine.config.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        give_defaults()
        connection.close()
        documents = import_module("vitrine.tickets.actions.search_documents")
        generator.fill(
            server.url,
            scale=people.fresh_scale(tickets),
            statement=STATEMENT.format(select=documents.SELECT_DOCUMENTS),
        )
    finally:
        server.stop()
    (state / DONE).write_text(f"{tickets} tickets in {time.monotonic() - begin:.0f} s\n")


if __name__ == "__main__":
    generate(int(sys.argv[1]))
