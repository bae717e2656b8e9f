"""Bring the municipalities to the state of one or several lists."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from vitrine.directory.actions import ImportReport, import_municipalities
from vitrine.directory.choices import ListFault
from vitrine.directory.errors import UnreadableList
from vitrine.directory.rules import year_in


class Command(BaseCommand):
    """`import_municipalities FILE... [--valid-from DAY]... [--dry-run]`."""

    help = "Import lists of municipalities (CSV), oldest first; all of them or none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, their dates, and whether to keep the result."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--valid-from",
            action="append",
            default=[],
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="day from which a list holds, once per file; "
            "without it, 1 January of the year in the name of the file",
        )
        parser.add_argument("--dry-run", action="store_true", help="report, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import every file in one transaction; a fault in one undoes all."""
        files: list[Path] = options["files"]
        days: list[date] = options["valid_from"]
        if days and len(days) != len(files):
            raise CommandError(_("Give --valid-from once per file."))
        with transaction.atomic():
            for number, file in enumerate(files):
                report = self._import(file, day=days[number] if days else year_in(file.name))
                self.stdout.write("\n".join(report_lines(report, title=file.name)))
            if options["dry_run"]:
                transaction.set_rollback(True)
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing has been changed."))

    def _import(self, file: Path, *, day: date | None) -> ImportReport:
        try:
            if day is None:
                raise UnreadableList(ListFault.DATE.label)
            return import_municipalities(file.read_bytes(), in_force_from=day, by=None)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except UnreadableList as error:
            raise CommandError(f"{file.name}: {error.sentence}") from error


def report_lines(report: ImportReport, *, title: str) -> list[str]:
    """What a list changed, in lines for a terminal."""
    plan, rows = report.plan, report.rows
    name = {row.code: row.name_fr for row in rows}
    mergers = [one for one in plan.successions if not one.is_new_code]
    new_codes = [one for one in plan.successions if one.is_new_code]
    corrected = sum(row.has_corrected_postal_code for row in rows)
    lines = [
        _("%(file)s: %(count)s municipalities, from %(day)s")
        % {"file": title, "count": len(rows), "day": report.in_force_from},
        _("  created %(new)s, changed %(changed)s, merged %(merged)s, under a new code %(codes)s")
        % {
            "new": len(plan.created),
            "changed": len(plan.changed),
            "merged": len(mergers),
            "codes": len(new_codes),
        },
        _("  exist now %(living)s, on record %(all)s")
        % {"living": report.living, "all": report.on_record},
    ]
    if corrected:
        lines.append(_("  postal codes corrected %(count)s") % {"count": corrected})
    lines += [f"  {merger.old} -> {merger.new} {name[merger.new]}" for merger in mergers]
    lines += [f"  {change.old} = {change.new} {name[change.new]}" for change in new_codes]
    for code, after in plan.changed.items():
        values = ", ".join(f"{field}={value}" for field, value in after.items())
        lines.append(f"  {code} {name[code]}: {values}")
    return lines
