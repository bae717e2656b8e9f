"""`vitrine prepare`: what has to be right before the first page; quick when it is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from vitrine.accounts.models import Account
from vitrine.ops.interface_files import collect_interface_files
from vitrine.status.actions import begin_chain
from vitrine.status.actions.publishing import publish_when_behind

OLDEST_SERVER = 150000
"""PostgreSQL 15, as `server_version` counts."""
ONE_AT_A_TIME = 2006
"""The advisory lock: several machines may start on one database at the same instant."""


class Command(BaseCommand):
    """Tables, cache table, interface files, demonstration; in one process."""

    help = "Bring tables and interface files up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to leave out."""
        parser.add_argument("--without-demonstration", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is not done yet."""
        connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        migrate()
        collect_interface_files()
        if not options["without_demonstration"] and not settings.PRODUCTION:
            if not Account.objects.exists():  # the command itself is heavy to load
                call_command("load_demo", "--once")
            call_command("show_demo_accounts")
        begin_chain()
        publish_when_behind()


def connect() -> None:
    """Raises CommandError with one sentence when the database cannot be used."""
    place = settings.DATABASES["default"]
    where = f"{place['HOST'] or 'the local socket'}:{place['PORT'] or 5432}"
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise CommandError(
            f"The database {place['NAME']} of DATABASE_URL at {where} cannot be reached: {reason}"
        ) from error
    version = connection.cursor().connection.info.server_version
    if version < OLDEST_SERVER:
        raise CommandError(
            f"The database at {where} is PostgreSQL {version // 10000}; Vitrine needs 15 or newer."
        )


def migrate() -> None:
    """Apply what is not applied; make the cache table."""
    if not migrations_here() <= set(MigrationRecorder(connection).applied_migrations()):
        call_command("migrate", verbosity=0, interactive=False)
    if "cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def migrations_here() -> set[tuple[str, str]]:
    """Application and name of every migration file; found without loading any."""
    return {
        (application.label, file.stem)
        for application in apps.get_app_configs()
        for file in (Path(application.path) / "migrations").glob("[0-9]*.py")
    }
