"""`mail_parse FILE...`: what we read in mails, one JSON line for each file."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from vitrine.channels.mail.clean import clean_html
from vitrine.channels.mail.parse import Address, ParsedMail, parse
from vitrine.channels.mail.parse.message import UNREADABLE

NOT_READ = "The file could not be read ({error})."


class Command(BaseCommand):
    """Reads files, writes lines; changes nothing and looks at no database."""

    help = "Print what we read in the mails of FILE..., one JSON line for each."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each file; one that cannot be read says so in `quarantine`."""
        for file in options["files"]:
            self.stdout.write(json.dumps({"file": str(file), **fields_of(file)}))


def fields_of(file: Path) -> dict[str, Any]:
    """The fields of the mail in `file`, whatever it does to us: the next file gets its line too."""
    try:
        return as_json(read(file))
    except Exception as error:  # noqa: BLE001 - one line for each file
        return as_json(ParsedMail(quarantine=UNREADABLE.format(error=type(error).__name__)))


def read(file: Path) -> ParsedMail:
    """The mail in `file`; an empty one with the reason when there is no such file."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        return ParsedMail(quarantine=NOT_READ.format(error=error.strerror))
    return parse(raw)


def as_json(mail: ParsedMail) -> dict[str, Any]:
    """The fields of a mail that other programs compare."""
    return {
        "subject": mail.subject,
        "from": address(mail.sender) if mail.sender else None,
        "to": [address(each) for each in mail.to],
        "cc": [address(each) for each in mail.cc],
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "kind": mail.kind.value,
        "text": mail.text,
        "html": mail.html,
        "clean_html": clean_html(mail.html),
        "visible_text": mail.visible_text,
        "attachments": [
            {
                "name": file.name,
                "type": file.content_type,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in mail.attachments
        ],
        "failed_recipients": [
            {"address": each.address, "status": each.status, "permanent": each.permanent}
            for each in mail.failed_recipients
        ],
        "quarantine": mail.quarantine,
    }


def address(one: Address) -> dict[str, str]:
    """An address as two fields."""
    return {"name": one.name, "address": one.address}
