"""The application `portal` as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.portal"
    label = "portal"
