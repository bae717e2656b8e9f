"""The application `tickets` as Django knows it."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.tickets"
    label = "tickets"
