"""What a list of municipalities changes in the register: a plan, nothing done yet."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from vitrine.directory.choices import ListFault
from vitrine.directory.errors import UnreadableList
from vitrine.directory.rules.municipality_lists import ListedMunicipality

MERGERS_OF_2019 = {
    "12030": "12041",  # Puurs, Sint-Amands -> Puurs-Sint-Amands
    "12034": "12041",
    "44001": "44084",  # Aalter, Knesselare -> Aalter
    "44029": "44084",
    "44011": "44083",  # Deinze, Nevele -> Deinze
    "44049": "44083",
    "44036": "44085",  # Lovendegem, Waarschoot, Zomergem -> Lievegem
    "44072": "44085",
    "44080": "44085",
    "45017": "45068",  # Kruishoutem, Zingem -> Kruisem
    "45057": "45068",
    "71047": "72042",  # Opglabbeek, Meeuwen-Gruitrode -> Oudsbergen
    "72040": "72042",
    "72025": "72043",  # Neerpelt, Overpelt -> Pelt
    "72029": "72043",
}
"""The seven mergers of 1 January 2019, which the public list of that year does not name."""

COMPARED = (
    "name_fr",
    "name_nl",
    "name_de",
    "language_regime",
    "region_code",
    "province_code",
    "postal_code",
)


@dataclass(frozen=True)
class KnownMunicipality:
    """One municipality of the register, as far as a list can change it."""

    code: str
    name_fr: str
    name_nl: str
    name_de: str
    language_regime: str
    region_code: str
    province_code: str
    postal_code: str
    has_ended: bool
    is_listed: bool
    """Whether it came from a list; one entered by hand is never missing in a list."""


@dataclass(frozen=True)
class Succession:
    """A municipality that ends, and the one that it becomes."""

    old: str
    new: str
    is_new_code: bool
    """The same municipality under another NIS code: no merger."""


@dataclass(frozen=True)
class ListPlan:
    """What a list changes, in the order in which it is done."""

    created: list[ListedMunicipality] = field(default_factory=list)
    changed: dict[str, dict[str, str]] = field(default_factory=dict)
    """New values of the fields that differ, by code."""
    successions: list[Succession] = field(default_factory=list)


def plan_changes(
    rows: Iterable[ListedMunicipality], *, known: Mapping[str, KnownMunicipality]
) -> ListPlan:
    """What `rows` change in a register that holds `known`, by code.

    A listed municipality that is no longer in the list ends. Its successor is the one
    that names it in `merged_from`; else that of a merger we know; else the only new one
    with the same names, which is the same municipality under a new code.
    Raises UnreadableList when one vanishes without successor or comes back.
    """
    listed = {row.code: row for row in rows}
    for code in listed:
        if code in known and known[code].has_ended:
            raise UnreadableList(ListFault.RETURNED.label, code=code)
    gone = {
        code: old
        for code, old in known.items()
        if old.is_listed and not old.has_ended and code not in listed
    }
    return ListPlan(
        created=[row for code, row in listed.items() if code not in known],
        changed=_changed(listed, known=known),
        successions=_successions(gone, listed=listed, known=known),
    )


def _changed(
    listed: Mapping[str, ListedMunicipality], *, known: Mapping[str, KnownMunicipality]
) -> dict[str, dict[str, str]]:
    changed = {}
    for code in listed.keys() & known.keys():
        before, after = asdict(known[code]), asdict(listed[code])
        different = {name: after[name] for name in COMPARED if before[name] != after[name]}
        if different:
            changed[code] = different
    return dict(sorted(changed.items()))


def _successions(
    gone: Mapping[str, KnownMunicipality],
    *,
    listed: Mapping[str, ListedMunicipality],
    known: Mapping[str, KnownMunicipality],
) -> list[Succession]:
    new = {code: row for code, row in listed.items() if code not in known}
    named = {old: row.code for row in listed.values() for old in row.merged_from}
    same = _same_names(gone, new=new)
    heirs = {
        code: named.get(code) or MERGERS_OF_2019.get(code) or same.get(code, "") for code in gone
    }
    lost = [code for code, heir in heirs.items() if heir not in listed]
    if lost:
        raise UnreadableList(
            ListFault.VANISHED.label,
            count=len(lost),
            code=min(lost),
            name=known[min(lost)].name_fr,
        )
    parents = list(heirs.values())
    return [
        Succession(
            old,
            heir,
            is_new_code=heir in new
            and parents.count(heir) == 1
            and len(listed[heir].merged_from) < 2,
        )
        for old, heir in sorted(heirs.items())
    ]


def _same_names(
    gone: Mapping[str, KnownMunicipality], *, new: Mapping[str, ListedMunicipality]
) -> dict[str, str]:
    """Old code to new code, where exactly one of each has the same French and Dutch names."""
    old_by_name: dict[tuple[str, str], list[str]] = {}
    new_by_name: dict[tuple[str, str], list[str]] = {}
    for code, old in gone.items():
        old_by_name.setdefault((old.name_fr, old.name_nl), []).append(code)
    for code, row in new.items():
        new_by_name.setdefault((row.name_fr, row.name_nl), []).append(code)
    return {
        codes[0]: new_by_name[names][0]
        for names, codes in old_by_name.items()
        if len(codes) == 1 and len(new_by_name.get(names, ())) == 1
    }
