"""Bulletins and events as JSON and back.

Instants are canonical (`2026-11-23T15:04:05.123456Z`), tuples are arrays, positions their words.
Reading is tolerant of keys that it does not know, so that an older console reads what a newer
desk wrote; it refuses what is missing or of another kind.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from vitrine.publication.bulletin import Bulletin
from vitrine.publication.errors import Unreadable
from vitrine.publication.events import Event, Json, canonical, instant, read_instant

T = TypeVar("T")


def encoded(value: object) -> Any:
    """`value` (of the classes in `bulletin` and `events`) as what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: encoded(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): encoded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(each) for each in value]
    return value


def bulletin_bytes(bulletin: Bulletin) -> bytes:
    """The canonical JSON of a bulletin: equal bytes, equal content."""
    return canonical(encoded(bulletin))


def event_bytes(event: Event) -> bytes:
    """The canonical JSON of an event."""
    return canonical(encoded(event))


def bulletin_from(text: bytes | Json) -> Bulletin:
    """The bulletin in `text`; raises Unreadable."""
    return _read(Bulletin, text)


def event_from(text: bytes | Json) -> Event:
    """The event in `text`; raises Unreadable."""
    return _read(Event, text)


def _read(kind: type[T], text: bytes | Json) -> T:
    try:
        value = json.loads(text) if isinstance(text, bytes) else text
        return decoded(kind, value)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"{kind.__name__}: {error}") from error


def decoded(kind: type[T], value: Any) -> T:
    """`value` of JSON as an object of class `kind`; raises ValueError, TypeError or KeyError."""
    if not isinstance(value, dict):
        raise TypeError(f"{kind.__name__} is no object")
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    given = {
        each.name: _decode(hints[each.name], value[each.name])
        for each in fields(kind)  # type: ignore[arg-type]  # `kind` is one of our dataclasses
        if each.name in value
    }
    return kind(**given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode(hint: Any, value: Any) -> Any:
    """One value, as its annotation wants it."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        [hint] = [each for each in get_args(hint) if each is not type(None)]
        return _decode(hint, value)
    if origin is tuple:
        return _decode_tuple(get_args(hint), value)
    if origin is dict:
        return _decode_dictionary(get_args(hint), value)
    if hint is Any:
        return value
    return _decode_single(hint, value)


def _decode_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no array")
    if kinds[-1] is Ellipsis:
        return tuple(_decode(kinds[0], each) for each in value)
    if len(kinds) != len(value):
        raise ValueError(f"{value!r} has not {len(kinds)} members")
    return tuple(_decode(kind, each) for kind, each in zip(kinds, value, strict=True))


def _decode_dictionary(kinds: tuple[Any, ...], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return {key: _decode(kinds[1], each) for key, each in value.items()}


def _decode_single(kind: Any, value: Any) -> Any:
    if kind is datetime:
        return read_instant(value)
    if is_dataclass(kind) and isinstance(kind, type):
        return decoded(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
