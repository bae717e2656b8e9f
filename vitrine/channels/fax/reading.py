"""Making a fax readable: its pages by a process with bounds, its words by `tesseract`.

Both run beside the worker; neither holds a transaction. Without `tesseract` a fax has its
pages all the same, only nobody finds it by its words.
"""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vitrine.channels.fax import pages as pages_program

MAKING_TAKES = 180
"""Seconds that the pages may take; the process has fewer of its own."""
PAGE_TAKES, ALL_TAKE = 60, 300
"""Seconds that reading one page, and all of them, may take."""
LANGUAGES = ("fra", "nld", "deu", "eng")
FEWEST_LETTERS = 12
"""Fewer recognised letters are dust on the glass."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """A page as a picture and as a small picture, PNG."""

    picture: bytes
    thumbnail: bytes
    width: int
    height: int


@dataclass(frozen=True)
class ReadDocument:
    """What was made of one document.

    page_count   of the document, also of pages that have no picture
    pdf          the readable PDF; empty when the document is one itself, or could not be read
    problem      `broken`, `too large`, `locked`, `partly`, or blank
    is_read_by_machine   the text was recognised in the pictures
    """

    page_count: int = 0
    pages: tuple[Page, ...] = ()
    pdf: bytes = b""
    text: str = ""
    problem: str = ""
    is_read_by_machine: bool = False


def read_document(content: bytes, *, with_words: bool = True) -> ReadDocument:
    """The pages and the words of a TIFF or PDF, whatever its bytes are. Raises OSError only."""
    with tempfile.TemporaryDirectory(prefix="fax-") as name:
        directory = Path(name)
        source = directory / "document"
        source.write_bytes(content)
        result = _made(source, directory=directory)
        if result is None:
            return ReadDocument(problem=pages_program.BROKEN)
        pdf = directory / "document.pdf"
        text = result.text
        is_by_machine = False
        if with_words and not _has_letters(text):
            text = _recognised(directory, count=len(result.sizes))
            is_by_machine = bool(text)
        return ReadDocument(
            page_count=result.page_count,
            pages=tuple(
                _page(directory, number=number, size=size)
                for number, size in enumerate(result.sizes, start=1)
            ),
            pdf=pdf.read_bytes() if result.has_pdf else b"",
            text=text,
            problem=result.problem,
            is_read_by_machine=is_by_machine,
        )


def _made(source: Path, *, directory: Path) -> pages_program.Result | None:
    """What the process made; None: it ended without a word."""
    command = [*_politely(), sys.executable, "-I", str(pages_program.__file__)]
    try:
        ended = subprocess.run(
            [*command, str(source), str(directory)],
            check=False,
            capture_output=True,
            timeout=MAKING_TAKES,
            cwd=directory,
        )
        told = json.loads((directory / "result.json").read_text())
    except (subprocess.TimeoutExpired, FileNotFoundError, ValueError) as error:
        log.warning("The pages of a fax could not be made: %s", error)
        return None
    if ended.stderr:
        log.info("A fax: %s", ended.stderr[-500:].decode("utf-8", "replace").strip())
    return pages_program.Result(**told)


def _page(directory: Path, *, number: int, size: tuple[int, int]) -> Page:
    return Page(
        picture=(directory / f"page-{number}.png").read_bytes(),
        thumbnail=(directory / f"thumbnail-{number}.png").read_bytes(),
        width=size[0],
        height=size[1],
    )


def _recognised(directory: Path, *, count: int) -> str:
    """The words of the pages by `tesseract`; blank where it is not installed or finds none."""
    languages = installed_languages()
    if not languages:
        return ""
    read: list[str] = []
    left = float(ALL_TAKE)
    for number in range(1, count + 1):
        picture = directory / f"words-{number}.png"
        if not picture.exists() or left <= 0:
            break
        began = os.times().elapsed
        read.append(_words_of(picture, languages=languages, seconds=min(PAGE_TAKES, left)))
        left -= os.times().elapsed - began
    text = "\n\n".join(part for part in read if part)
    return text if _has_letters(text) else ""


def _words_of(picture: Path, *, languages: str, seconds: float) -> str:
    try:
        ended = subprocess.run(
            [*_politely(), "tesseract", str(picture), "stdout", "-l", languages],
            check=False,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        log.warning("A page of a fax could not be read: %s", error)
        return ""
    text = ended.stdout.decode("utf-8", "replace").replace("\f", "")
    return re.sub(r"\n[ \t]*\n(?:[ \t]*\n)+", "\n\n", text).strip()


@lru_cache(maxsize=1)
def installed_languages() -> str:
    """Our languages that `tesseract` knows, as it wants them; blank: it cannot read."""
    if shutil.which("tesseract") is None:
        return ""
    try:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], check=False, capture_output=True, timeout=30
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    known = listed.stdout.decode("utf-8", "replace").split()
    return "+".join(code for code in LANGUAGES if code in known)


def _politely() -> list[str]:
    """In front of a command: after those who wait for an answer."""
    return ["nice", "-n", "10"] if shutil.which("nice") else []


def _has_letters(text: str) -> bool:
    return sum(1 for sign in text if sign.isalpha()) >= FEWEST_LETTERS
