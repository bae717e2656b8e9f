"""The migrations tell what the models say; needs no database.

`makemigrations --check` asks the database for its history first; here only the
files are compared with the models.
"""

import os
import sys
from collections.abc import Iterator

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils.translation import override

from tools.sources import Finding, report


def check() -> Iterator[Finding]:
    """Each change of a model without a migration, each fork of the history."""
    with override(None):  # migrations hold the English words
        loader = MigrationLoader(None)
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = detector.changes(graph=loader.graph)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("vitrine.")}
    for label, names in loader.detect_conflicts().items():
        yield Finding(f"vitrine/{label}/migrations", 0, f"two leaves: {', '.join(sorted(names))}")
    for label, migrations in changes.items():
        for operation in (each for migration in migrations for each in migration.operations):
            if label in ours:
                sentence = f"a migration is missing: {operation.describe()}"
                yield Finding(f"vitrine/{label}/migrations", 0, sentence)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vitrine.config.settings")
    django.setup()
    sys.exit(report(check()))
