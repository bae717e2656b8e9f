"""What the files of the demonstration hold; light, because every start asks for the accounts."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PASSWORD = "demonstration-2006"  # noqa: S105 - printed at every start, refused in production

Row = dict[str, Any]


def planned(name: str = "register") -> dict[str, list[Row]]:
    """The file `name`.toml, as it stands."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
