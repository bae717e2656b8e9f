"""The application `status` as Django knows it."""

from django.apps import AppConfig


class StatusConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.status"
    label = "status"
