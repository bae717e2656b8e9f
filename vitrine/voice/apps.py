"""The application `voice` as Django knows it."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.voice"
    label = "voice"
