"""Let the folder of sounds follow the recordings that the records have.

What is written is noted before (as blank) and after (as its digest): a process that dies between
the two writes it again, and what the records do not have any more is found and removed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vitrine.voice.sounds.speech import CannotSpeak
from vitrine.voice.sounds.store import (
    BATCH,
    Phrase,
    Place,
    SoundStore,
    behind_calls,
    synthesise,
    write_recording,
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A recording that the records have."""

    pk: int
    phrase: Phrase
    """With the text for which it was spoken."""
    sha256: str

    @property
    def place(self) -> Place:
        """Where it stands in the folder."""
        return self.phrase.language, self.phrase.name


Map = Callable[..., Iterable[bool | None]]


def follow(
    store: SoundStore,
    *,
    kept: Iterable[Kept],
    said: Collection[Phrase],
    content_of: Callable[[int], bytes | None],
    goes_on: Callable[[], bool] = lambda: True,
    workers: int = 1,
) -> int:
    """Take over what is new, drop what is gone; how many sounds are others now.

    Files are replaced whole: what is being played is played to its end. What the folder has from
    elsewhere (`SoundStore.adopt`) stays, unless the records have a recording of the same text.
    said        every phrase with its text of now
    content_of  the WAV file by its number; None: it is gone meanwhile
    workers     processes that do it; 0: this one
    Raises OSError when the folder cannot be written.
    """
    wanted = {one.place: one for one in kept}
    standing = store.entered("adopted")
    gone = standing.keys() - wanted.keys()
    due = [
        one
        for place, one in wanted.items()
        if standing.get(place) != one.sha256 or not store.has_recording(place)
    ]
    if not gone and not due:
        return 0
    with _mapping(workers) as each:
        _drop(store, gone=gone, said=said, each=each)
        count = len(gone)
        for at in range(0, len(due), BATCH):
            if goes_on():
                batch = [(one, content_of(one.pk)) for one in due[at : at + BATCH]]
                count += _take(store, batch=batch, said=said, each=each)
    return count


def _drop(store: SoundStore, *, gone: Collection[Place], said: Iterable[Phrase], each: Map) -> None:
    """First the machine learns to say them, then they go."""
    silent = [one for one in said if (one.language, one.name) in gone and store.lacks_voice(one)]
    with suppress(CannotSpeak):  # `SoundStore.files` names what is not heard
        list(each(partial(synthesise, folder=store.folder, rates=store.rates), silent))
    store.forget(gone)


def _take(
    store: SoundStore,
    *,
    batch: Iterable[tuple[Kept, bytes | None]],
    said: Collection[Phrase],
    each: Map,
) -> int:
    there = [(one, content) for one, content in batch if content is not None]
    with store.changing() as index:
        for one, _content in there:
            index["adopted"].setdefault(one.phrase.language, {})[one.phrase.name] = ""
    write = partial(_write, folder=store.folder, rates=store.rates)
    written = each(write, [(one.place, content) for one, content in there])
    done = {one.place: one for (one, _), is_well in zip(there, written, strict=True) if is_well}
    with store.changing() as index:
        for (language, name), one in done.items():
            index["adopted"].setdefault(language, {})[name] = one.sha256
            index["recorded"].setdefault(language, {})[one.phrase.key] = name
        for phrase in said:
            if (phrase.language, phrase.name) in done:
                for part in ("phrases", "recorded"):
                    index[part].setdefault(phrase.language, {})[phrase.key] = phrase.name
    return len(done)


def _write(given: tuple[Place, bytes], *, folder: Path, rates: Sequence[int]) -> bool:
    place, content = given
    return write_recording(content, folder=folder, place=place, rates=rates)


@contextmanager
def _mapping(workers: int) -> Iterator[Map]:
    if not workers:
        yield map
        return
    with behind_calls(workers) as pool:
        yield pool.map
