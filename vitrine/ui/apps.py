"""The application `ui` as Django knows it."""

from django.apps import AppConfig


class UserInterfaceConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.ui"
    label = "ui"
