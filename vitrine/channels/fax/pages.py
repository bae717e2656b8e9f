"""The pages of a fax as pictures and as a PDF: a program of its own, with bounds.

    python -I pages.py DOCUMENT DIRECTORY

A file of a stranger is decoded by libtiff and PDFium: whatever they do, hang, crash or ask
for memory, it is this process that ends and not the worker. It imports nothing of the
product. What it made lies in the directory, with `result.json` telling of it:

    page-N.png  thumbnail-N.png     from 1; grey, in right proportion
    words-N.png                     the page as a reading machine wants it
    document.pdf                    only when the document was no PDF
"""

import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFile, ImageSequence

MOST_PAGES = 100
"""Pages that become pictures; the PDF has them all."""
MOST_PAGES_READ = 20
MOST_PIXELS = 60_000_000
"""Of one page, decoded."""
WIDTH, THUMBNAIL_WIDTH, MOST_HEIGHT = 1240, 160, 6000
READ_WIDTH = 1728
GREYS = 16
SECONDS, MEMORY, FILE_BYTES = 120, 2 * 2**30, 512 * 2**20
DPI, COARSE_DPI = 204.0, 98.0
"""Of a fax whose file does not say: along and across the lines, in standard quality."""
A4_RATIO = 1.4142


@dataclass
class Result:
    """What became of the document; `problem` is one of PROBLEMS or blank."""

    page_count: int = 0
    sizes: list[tuple[int, int]] = field(default_factory=list)
    has_pdf: bool = False
    problem: str = ""
    text: str = ""


BROKEN, TOO_LARGE, LOCKED, PARTLY = "broken", "too large", "locked", "partly"


def main(document: Path, *, directory: Path) -> None:
    """Make the pages of `document`; what cannot be made is told in the result."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    with document.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    result = Result()
    make = of_pdf if is_pdf else of_tiff
    try:
        make(document, directory=directory, result=result)
    except (MemoryError, Image.DecompressionBombError):
        result.problem = TOO_LARGE
    except Exception as error:  # noqa: BLE001 - a file of a stranger: whatever it is, we say so
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        result.problem = result.problem or BROKEN
    if result.sizes and result.problem == BROKEN:
        result.problem = PARTLY
    (directory / "result.json").write_text(json.dumps(asdict(result)))


def of_tiff(document: Path, *, directory: Path, result: Result) -> None:
    """Each page of a TIFF, black on white, and all of them as one PDF."""
    with Image.open(document, formats=["TIFF"]) as picture:
        result.page_count = getattr(picture, "n_frames", 1)
        pages = list(_decoded(picture, result=result))
    for number, (page, ratio) in enumerate(pages, start=1):
        height = max(1, round(page.height * ratio))
        upright = page.convert("L").resize((page.width, min(height, MOST_HEIGHT)))
        _keep(upright, number=number, directory=directory, result=result)
    if pages:
        first, *rest = [page for page, _ratio in pages]
        ratio = pages[0][1]
        first.save(
            directory / "document.pdf",
            save_all=True,
            append_images=rest,
            dpi=(first.width / 8.5, first.width / 8.5 / ratio),
        )
        result.has_pdf = True


def _decoded(picture: Image.Image, *, result: Result) -> Iterator[tuple[Image.Image, float]]:
    """The pages that can be decoded, each with how much taller than wide its dots are."""
    for number, frame in enumerate(ImageSequence.Iterator(picture)):
        if number >= MOST_PAGES:
            result.problem = PARTLY
            return
        if frame.width * frame.height > MOST_PIXELS or min(frame.size) < 1:
            result.problem = TOO_LARGE
            continue
        ratio = _ratio(frame)
        try:
            yield (frame.copy() if frame.mode in ("1", "L", "RGB") else frame.convert("L")), ratio
        except (OSError, ValueError, SyntaxError, EOFError):
            result.problem = PARTLY


def _ratio(frame: Image.Image) -> float:
    """Height of a dot by its width: 1 for fine quality, about 2 for standard quality."""
    across, down = (float(value or 0) for value in frame.info.get("dpi", (0, 0)))
    if across > 1 and down > 1 and 0.2 < across / down < 5:
        return across / down
    is_fax_width = frame.width in (1728, 2048, 2432)
    return DPI / COARSE_DPI if is_fax_width and frame.height < frame.width else 1.0


def of_pdf(document: Path, *, directory: Path, result: Result) -> None:
    """Each page of a PDF as a picture, and the words that it holds already."""
    try:
        pdf = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as error:
        result.problem = LOCKED if "password" in str(error).lower() else BROKEN
        return
    result.page_count = len(pdf)
    words = []
    for number in range(1, min(len(pdf), MOST_PAGES) + 1):
        page = pdf[number - 1]
        width, height = page.get_size()
        if width < 1 or height < 1:
            result.problem = PARTLY
            continue
        scale = min(READ_WIDTH / width, MOST_HEIGHT / height)
        picture = page.render(scale=scale, grayscale=True).to_pil().convert("L")
        words.append(page.get_textpage().get_text_bounded()[:50_000])
        _keep(picture, number=number, directory=directory, result=result)
    if len(pdf) > MOST_PAGES:
        result.problem = PARTLY
    result.text = "\n\n".join(part.strip() for part in words).strip()[:200_000]


def _keep(picture: Image.Image, *, number: int, directory: Path, result: Result) -> None:
    """Write the page in the sizes that are needed; it gets the next number."""
    place = len(result.sizes) + 1
    shown = _fitted(picture, width=WIDTH)
    shown.quantize(GREYS).save(directory / f"page-{place}.png", optimize=True)
    small = _fitted(picture, width=THUMBNAIL_WIDTH)
    small.quantize(GREYS).save(directory / f"thumbnail-{place}.png", optimize=True)
    if number <= MOST_PAGES_READ:
        picture.save(directory / f"words-{place}.png")
    result.sizes.append(shown.size)


def _fitted(picture: Image.Image, *, width: int) -> Image.Image:
    """The page `width` wide; one that is narrower stays as it is."""
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), directory=Path(sys.argv[2]))
