"""The application `directory` as Django knows it."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.directory"
    label = "directory"
