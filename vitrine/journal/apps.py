"""The application `journal` as Django knows it."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.journal"
    label = "journal"
