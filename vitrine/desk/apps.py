"""The application `desk` as Django knows it."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.desk"
    label = "desk"
