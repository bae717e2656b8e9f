"""Entrances; loaded when they are used, so that the server of the pages stays small."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vitrine.publication.publishing import (
        Published,
        current,
        current_event,
        publish,
        refresh,
    )

__all__ = ["Published", "current", "current_event", "publish", "refresh"]


def __getattr__(name: str) -> Any:
    """An entrance from the module that has it."""
    if name in __all__:
        return getattr(import_module("vitrine.publication.publishing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
