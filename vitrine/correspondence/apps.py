"""The application `correspondence` as Django knows it."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.correspondence"
    label = "correspondence"
