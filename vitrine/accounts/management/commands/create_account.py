"""Make an account from the command line: the first administrator, for instance."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from vitrine.accounts.actions import create_account
from vitrine.accounts.choices import Level, Role
from vitrine.accounts.errors import AccountError
from vitrine.kernel.languages import Language


class Command(BaseCommand):
    """`create_account EMAIL --name NAME --role ROLE... [--speaks fr:3]...`."""

    help = "Create an account. The password is asked for, or read from a pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, in which roles and languages."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", action="append", required=True, choices=Role.values)
        parser.add_argument(
            "--speaks",
            action="append",
            default=[],
            metavar="LANGUAGE[:LEVEL]",
            help="fr, nl, de or en, with 1 (basic), 2 (fluent) or 3 (native); once per language",
        )
        parser.add_argument("--language", default=Language.FR, choices=Language.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for the password and create the account."""
        try:
            account = create_account(
                options["email"],
                name=options["name"],
                password=self._password(),
                roles=options["role"],
                spoken=dict(spoken_language(text) for text in options["speaks"]),
                ui_language=options["language"],
                by=None,
            )
        except AccountError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(_("%(email)s can sign in.") % {"email": account.email})

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        password = getpass.getpass(_("Password: "))
        if getpass.getpass(_("Once more: ")) != password:
            raise CommandError(_("The two passwords differ."))
        return password


def spoken_language(text: str) -> tuple[str, int]:
    """`fr:3` as language and level; fluent without a level. Raises CommandError."""
    language, _colon, level = text.partition(":")
    if level and not level.isdecimal():
        raise CommandError(_("Write a spoken language as fr or fr:3."))
    return language, int(level or Level.FLUENT)
