"""Pictures of strangers: measured before they are opened, made small, written anew."""

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""What a browser is given; nothing else is ever decoded for one."""
PICTURE_TYPES = frozenset(f"image/{form.lower()}" for form in FORMATS)
MEASURED = (*FORMATS, "BMP", "TIFF")
MOST_PIXELS_SHOWN = 64_000_000
"""Of a picture that a browser opens."""
MOST_PIXELS_KEPT = 175_000_000
"""Of a picture that we keep as a file of its own."""
MOST_PIXELS_DECODED = 30_000_000
"""Of a picture that we decode whole; a JPEG is decoded at a fraction of its size."""

BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, OverflowError)
"""What Pillow raises for files that are not what they seem."""


@dataclass(frozen=True)
class Measure:
    """Width and height in pixels, as the head of the file says, and its format."""

    width: int
    height: int
    form: str

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.width * self.height


ABSURD = Measure(10**6, 10**6, "")
"""Of a picture that Pillow refuses to look at, beyond 178 megapixels."""


def measured(content: bytes) -> Measure | None:
    """The measure of a picture, read from its head alone; None: no picture that we know."""
    try:
        picture = Image.open(io.BytesIO(content), formats=MEASURED)
    except Image.DecompressionBombError:
        return ABSURD
    except BROKEN:
        return None
    with picture:
        return Measure(picture.width, picture.height, picture.format or "")


def is_shown(content: bytes) -> bool:
    """Whether a browser may be given the picture as it is."""
    measure = measured(content)
    return (
        measure is not None and measure.form in FORMATS and 0 < measure.pixels <= MOST_PIXELS_SHOWN
    )


def small(content: bytes, *, longest: int) -> bytes | None:
    """The picture as a WebP of at most `longest` pixels a side; None: it cannot be opened safely.

    Only the first image of a moving picture; what a camera noted in the file is left out.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            picture.draft("RGB", (longest, longest))
            if not 0 < picture.width * picture.height <= MOST_PIXELS_DECODED:
                return None
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((longest, longest))
            kind = "RGBA" if upright.has_transparency_data else "RGB"
            written = io.BytesIO()
            upright.convert(kind).save(written, "WEBP", quality=80)
            return written.getvalue()
    except (*BROKEN, Image.DecompressionBombError):
        return None
