"""The application `telephony` as Django knows it."""

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.telephony"
    label = "telephony"
