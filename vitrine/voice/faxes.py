"""Faxes that Asterisk has received, from its folder into tickets.

Beside the pages `fax_TIME_NUMBER_ID.tif` Asterisk writes a note of the same name, `.fax`, when the
call is over: the caller's number, what the sending machine calls itself, pages, result. Before
that the fax is not touched; without a whole note, because Asterisk died or the disk was full, it
is taken after a while as one that broke off. Files are removed when the fax is kept: a process
killed in between finds them again, and the same fax told twice is one.
"""

import logging
import time
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
    """Take what is finished; how many faxes there were. One that cannot be read stops no other."""
    names = {one.with_suffix("") for kind in ("fax", "tif") for one in folder.glob(f"fax_*.{kind}")}
    count = 0
    for name in sorted(names):
        try:
            count += _collect(name.with_suffix(".tif"), note=name.with_suffix(".fax"))
        except FileNotFoundError:
            continue  # another process has it
        except OSError:
            log.exception("The fax %s cannot be taken", name)
    return count


def _collect(pages: Path, *, note: Path) -> int:
    said = read_note(note.read_text(errors="replace")) if note.exists() else None
    if said is None:
        newest = max((one.stat().st_mtime for one in (pages, note) if one.exists()), default=None)
        if newest is None or time.time() - newest < GIVEN_UP_AFTER:
            return 0
        said = Note(number=number_in(pages.stem))
    count = _take(pages, said=said)
    # The note first: pages without one are looked at again, a note alone is a call without pages.
    note.unlink(missing_ok=True)
    pages.unlink(missing_ok=True)
    return count


def number_in(name: str) -> str:
    """The caller's number in `fax_TIME_NUMBER_ID`; blank: withheld."""
    return (*name.split("_"), "", "", "")[2]


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
    return 1
