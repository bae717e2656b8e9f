"""A list of municipalities as a file: read, checked, nothing stored yet."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vitrine.directory.choices import LanguageRegime, ListFault
from vitrine.directory.errors import UnreadableList

COLUMNS = (
    "nis",
    "name_fr",
    "name_nl",
    "name_de",
    "province_nis",
    "region_nis",
    "language_regime",
    "main_zip",
    "merged_from",
)
"""Columns that must be there; others are ignored."""

LONGEST_NAME = 200
LARGEST_LIST = 5 * 2**20
"""Bytes; the whole country takes some 60 kB."""

WRONG_POSTAL_CODES = {
    ("24020", "2100"): "3290",  # Diest
    ("42008", "1785"): "9220",  # Hamme
    ("44081", "1830"): "9870",  # Zulte
    ("46003", "8791"): "9120",  # Beveren
    ("46030", "8791"): "9120",  # Beveren-Kruibeke-Zwijndrecht
    ("85039", "5555"): "6730",  # Tintigny
    ("91072", "4317"): "5560",  # Houyet
}
"""Postal codes that a public source of the lists has wrong, and what they are."""

_NIS = re.compile(r"[0-9]{5}")
_POSTAL_CODE = re.compile(r"[1-9][0-9]{3}|")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class ListedMunicipality:
    """One line of a list."""

    code: str
    name_fr: str
    name_nl: str
    name_de: str
    language_regime: str
    region_code: str
    province_code: str
    postal_code: str
    merged_from: tuple[str, ...] = ()
    """NIS codes that became this municipality; its own when it absorbed another."""
    has_corrected_postal_code: bool = False


def year_in(file_name: str) -> date | None:
    """1 January of the year in a file name; None when there is none."""
    found = _YEAR.search(file_name)
    return date(int(found[0]), 1, 1) if found else None


def read_list(content: bytes) -> list[ListedMunicipality]:
    """The municipalities of a CSV file in UTF-8, in its order.

    Raises UnreadableList with one sentence that names the line and the fault.
    """
    if len(content) > LARGEST_LIST:
        raise UnreadableList(ListFault.TOO_LARGE.label)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableList(ListFault.ENCODING.label) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise UnreadableList(ListFault.COLUMN.label, columns=", ".join(missing))
        rows = [_municipality(row, line=reader.line_num) for row in reader]
    except csv.Error:
        raise UnreadableList(ListFault.NOT_CSV.label, line=reader.line_num) from None
    _check_codes(rows)
    return rows


def _municipality(
    row: Mapping[str | None, str | list[str] | None], *, line: int
) -> ListedMunicipality:
    """One line, checked for itself."""
    if None in row or None in row.values():
        raise UnreadableList(ListFault.WIDTH.label, line=line)
    cells = {column: str(row[column]).strip() for column in COLUMNS}
    merged_from = tuple(filter(None, cells["merged_from"].split("+")))
    for code in (cells["nis"], *merged_from):
        if not _NIS.fullmatch(code):
            raise UnreadableList(ListFault.CODE.label, line=line, code=code)
    _check_words(cells, line=line)
    corrected = WRONG_POSTAL_CODES.get((cells["nis"], cells["main_zip"]))
    return ListedMunicipality(
        code=cells["nis"],
        name_fr=cells["name_fr"],
        name_nl=cells["name_nl"],
        name_de=cells["name_de"],
        language_regime=cells["language_regime"],
        region_code=cells["region_nis"][:8],
        province_code=cells["province_nis"][:8],
        postal_code=corrected or cells["main_zip"],
        merged_from=merged_from,
        has_corrected_postal_code=corrected is not None,
    )


def _check_words(cells: Mapping[str, str], *, line: int) -> None:
    """Names that can be printed, a known regime, a Belgian postal code or none."""
    names = [cells[column] for column in ("name_fr", "name_nl", "name_de")]
    if not all(names[:2]) or any(len(n) > LONGEST_NAME or not n.isprintable() for n in names):
        raise UnreadableList(ListFault.NAME.label, line=line)
    regime = cells["language_regime"]
    if not regime or regime not in LanguageRegime.values:
        raise UnreadableList(ListFault.REGIME.label, line=line, regime=regime)
    if not _POSTAL_CODE.fullmatch(cells["main_zip"]):
        raise UnreadableList(ListFault.POSTAL_CODE.label, line=line, code=cells["main_zip"])


def _check_codes(rows: list[ListedMunicipality]) -> None:
    """Every code once, and nothing merged twice or both merged and in the list."""
    if not rows:
        raise UnreadableList(ListFault.EMPTY.label)
    taken: set[str] = set()
    for row in rows:
        if row.code in taken:
            raise UnreadableList(ListFault.TWICE.label, code=row.code)
        taken.add(row.code)
    for row in rows:
        for code in row.merged_from:
            if code != row.code and code in taken:
                raise UnreadableList(ListFault.CONTRADICTION.label, code=code, into=row.code)
            taken.add(code)
