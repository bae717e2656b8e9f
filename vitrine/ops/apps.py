"""The application `ops` as Django knows it."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.ops"
    label = "ops"
