"""The application `channels` as Django knows it."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.channels"
    label = "channels"
