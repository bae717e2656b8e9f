"""The application `calendars` as Django knows it."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.calendars"
    label = "calendars"
