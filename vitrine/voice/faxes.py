"""Faxes that Asterisk has received, from its folder into tickets.

Beside the pages `fax_TIME_ID.tif` Asterisk writes a note `fax_TIME_ID.fax` when the call is over:
the caller's number, what the sending machine calls itself, pages, result. Before that the fax is
not touched; without a note, because Asterisk died, it is taken after a while as one that broke
off. A file is removed when the fax is kept: a process killed in between finds it again, and the
same fax told twice is one.
"""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vitrine.channels.fax.calls import FaxCall, take_fax_call

log = logging.getLogger(__name__)

GIVEN_UP_AFTER = 1800.0
"""Seconds without a note or a new page."""
MOST_BYTES = 30_000_000
WELL, END = "SUCCESS", "end"


@dataclass(frozen=True)
class Note:
    """What Asterisk says of a fax."""

    number: str = ""
    station: str = ""
    page_count: int = 0
    is_whole: bool = False


def collect_faxes(folder: Path) -> int:
    """Take what is finished; how many faxes there were."""
    count = 0
    for note in sorted(folder.glob("fax_*.fax")):
        with suppress(FileNotFoundError):
            if (said := read_note(note.read_text(errors="replace"))) is not None:
                count += _take(note.with_suffix(".tif"), said=said)
                note.unlink()
    for pages in sorted(folder.glob("fax_*.tif")):
        with suppress(FileNotFoundError):
            is_old = time.time() - pages.stat().st_mtime > GIVEN_UP_AFTER
            if is_old and not pages.with_suffix(".fax").exists():
                count += _take(pages, said=Note())
    return count


def read_note(text: str) -> Note | None:
    """`number|station|pages|result|end`; None: it is still being written."""
    number, station, pages, result, *rest = (*text.strip().split("|"), "", "", "", "")
    if END not in rest:
        return None
    return Note(
        number=number,
        station=station,
        page_count=int(pages) if pages.isdecimal() else 0,
        is_whole=result == WELL,
    )


def _take(file: Path, *, said: Note) -> int:
    try:
        size, changed = file.stat().st_size, file.stat().st_mtime
    except FileNotFoundError:
        size, changed = 0, 0.0
    if not size:
        log.warning("A fax call from %s brought no page", said.number or "a withheld number")
        file.unlink(missing_ok=True)
        return 0
    if size > MOST_BYTES:
        log.error("%s is too large for a ticket: it stays there as .large", file)
        file.rename(file.with_suffix(".large"))
        return 0
    take_fax_call(
        FaxCall(
            name=file.stem,
            pages=file.read_bytes(),
            number=said.number,
            station=said.station,
            page_count=said.page_count,
            broke_off=not said.is_whole,
            at=datetime.fromtimestamp(changed, tz=UTC),
        )
    )
    file.unlink(missing_ok=True)
    return 1
