"""The kernel as an application: only for the extensions and dictionaries of the database."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.kernel"
    label = "kernel"
