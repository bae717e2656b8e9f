"""The live stream, as ASGI: what granian serves beside the pages."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vitrine.config.settings")

from vitrine.desk.live import application

__all__ = ["application"]
