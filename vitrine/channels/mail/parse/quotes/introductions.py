"""`On ... wrote:` in the languages of our correspondents: what stands above a quotation."""

import re

MAX_LINES = 5
_WINDOW = 600

QUOTED = re.compile(r"\s{0,3}[>|»]")
"""A line that a program marked as quoted."""

_VERBS = r"""(?:wrote|writes|said|a\ écrit|écrit|ecrit|a\ wrote|schreef|schreven|geschreven
  |schrieb|geschrieben|skrev
   |skrifaði|ha\ scritto|scritto|escribió|ha\ escrit|escreveu|napisał\(?a?\)?|napsala?
     |napsal\(a\)|napísala?
   |pisze|kirjoitti|lähetti|viết|het\ volgende|следующее|написала?|пишет|пише|написав
     |написал\(а\)|a\ scris|je\ napisa[ol]
   |írta|yazdı|έγραψε|写道|寫道|写的|のメッセージ|님이\ 작성|작성)"""
_BEGINNINGS = r"""(?:on|at|am|le|op|den|el|il|em|dne|w\ dniu|dnia|vào|på|pe|em|in\ data
  |il\ giorno|în|la|dana|quoting
   |en\ date\ d[eu]|a\ las|de\ [^\n]{1,60}\ le|
   (?:(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|ma|di|wo|do|vr|za|zo|mo|mi|fr|sa
     |so|man|tir|ons|tor
     |tors|fre|lör|lør|sön|søn|mån|tis|ke|to|pe|la|su|ti|po|út|st|čt|pá|pon|wt|śr|czw|pt|sob
       |niedz|seg|ter|qua|qui|sex|sáb|dom
     |пн|вт|ср|чт|пт|сб|вс|нд)[a-zé]{0,7}\.?,?)\s+(?=\d))"""
_IN_BRACKETS = r"[<\[(][^\s<>]{1,100}@[^\s<>]{2,120}[>\])]"
_TAIL = r"(?:[^:：\n]|mailto:|:(?=[^\s])){0,160}[:：]"
_KNOWN = re.compile(
    rf"""^[\s*_-]{{0,6}}(?:
      {_BEGINNINGS}(?:\b|(?<=[.,\s]))(?=[^\n]{{0,400}}?\d).{{2,500}}?{_VERBS}{_TAIL}
      | .{{1,200}}?{_IN_BRACKETS}.{{0,80}}?{_VERBS}{_TAIL}
      | \d{{4}}[-/.年년]\s?\d\d?[-/.月월][^\n]{{0,200}}(?:{_IN_BRACKETS}|{_VERBS}){_TAIL}
      | (?:\d{{1,2}}[./-]){{2}}\d{{2,4}}[^\n]{{0,200}}{_IN_BRACKETS}{_TAIL}
      | 在.{{2,300}}写道[:：] | .{{1,200}}于.{{4,60}}写道[:：]
      | \d{{4}}年[^\n]{{0,200}}<[^\s<>]{{1,100}}@[^\s<>]{{2,120}}>\s?[:：]
      | .{{1,200}}<[^\s<>]{{1,100}}@[^\s<>]{{2,120}}>\ ezt\ írta\ \(.{{4,60}}\)[:：]
      | (?:пн|вт|ср|чт|пт|сб|вс),.{{4,100}}<[^\s<>]{{1,100}}@[^\s<>]{{2,120}}>[:：]
      | \d{{1,2}}\s\w{{3,12}}\s\d{{4}}[^\n]{{0,200}}{_VERBS}{_TAIL}
      | -{{2,}}\s*(?:on|op|le|am)\s[^\n]{{2,300}}{_VERBS}{_TAIL}
      | -{{3,}}.{{2,200}}\s(?:wrote|a\ écrit|schreef|schrieb)\s?:\s?-{{3,}}
    )\s*[*_]{{0,2}}$""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_SHORT = re.compile(
    rf"^\s*.{{1,120}}?(?<![:?!.]\s){_VERBS}\s?[:：]\s*$", re.VERBOSE | re.IGNORECASE
)
_DATED_SENDER = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?\s.{1,200}<\S{2,100}@\S{2,100}>\s*$")
_ANY = re.compile(r"(?=.*(?:\S@\S|\d{4}[-./年]|\d{1,2}[:.h]\d\d)).{10,400}[:：]\s*$", re.DOTALL)
_IS_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d|\S@\S|\d\d?[/.]\d\d?[/.]\d\d|年|년")
_MAY_BEGIN = re.compile(
    rf"[\s*_-]{{0,6}}(?:{_BEGINNINGS}|\d|在|[^\n]{{1,200}}@)", re.VERBOSE | re.IGNORECASE
)


def introduction_length(lines: list[str], *, number: int) -> int:
    """How many lines from `number` on are `On ... wrote:` with a date; 0 when they are not."""
    if not _MAY_BEGIN.match(lines[number][:_WINDOW]):
        return 0
    joined = ""
    for length, line in enumerate(lines[number : number + MAX_LINES], start=1):
        if not line.strip() or len(joined) + len(line) > _WINDOW:
            return 0
        joined = f"{joined} {line.strip()}" if joined else line.strip()
        ends = line.rstrip(" *_\t").endswith((":", "："))
        if (ends or line.rstrip().endswith("-")) and _KNOWN.match(joined):
            return length if _IS_DATED.search(joined) else 0
    return 0


def introduction_above(lines: list[str], *, quote: str) -> int:
    """How many of the last `lines` introduce the marked `quote` below them, in any language."""
    end = len(lines)
    for length in range(min(MAX_LINES, end), 0, -1):
        if introduction_length(lines, number=end - length) == length:
            return length
    if not end:
        return 0
    above = lines[-1].strip()[:420]
    if quote.strip() == ">:" and "<" in above:
        return 1  # an address that was wrapped before its bracket
    is_cut = end > 1 and above.count(">") > above.count("<") and bool(lines[-2].strip())
    if is_cut and lines[-2].rstrip().endswith("<"):
        return 2
    if _SHORT.match(above) or _ANY.match(above) or _DATED_SENDER.match(above):
        return 1
    joined = f"{lines[-2].strip()[:200]} {above}" if end > 1 and lines[-2].strip() else ""
    is_wrapped = "@" in joined and len(joined) < 300 and bool(_ANY.match(joined))
    return 2 if is_wrapped else 0
