"""Signatures that programs mark, and the lines that telephones add."""

import re

MAX_LINES = 25
"""Of a signature below `-- `; what is longer may be more than a signature."""

MAX_FOOTER = 15

_MARK = re.compile(r"^\s{0,3}(?:--|__|—|–|-- |--\xa0)\s*$")
_BARE = re.compile(r"^--\s*$")
_AFTERTHOUGHT = re.compile(r"\s{0,3}(?:p\.?\s?s\.?|n\.?b\.?)(?:\s?[:.,-]|\s+\S)", re.IGNORECASE)
_FOOTER = re.compile(r"^_{20,}\s*$")
_LIKE_A_FOOTER = re.compile(
    r"https?:|www\.|mailing.?list|@\S+\.\w|unsubscribe|désabonn|uitschrijv|abmeld|disclaimer|confiden"
    r"|vertraulich|vertrouwelijk|riservat",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*<?https?:\S{2,200}$|\s*<[^<>\s]{4,200}>")
_NAME = re.compile(r"^-(?:[A-Z][\w.'’-]{0,20})(?:\s[A-Z][\w.'’-]{0,20}){0,3}$")
_DEVICE = re.compile(
    r"""^[\s*_<(\[]*(?:
      (?:sent|written|typed)\ (?:from|via|with|by|using)\b[^\n]{1,80} | from\ my\ [^\n]{1,30}
     |get\ (?:outlook|bluemail|typeapp|yahoo)\ [^\n]{1,80}
     |(?:envoyé|expédié|écrit)e?\ (?:de(?:puis)?|à\ partir\ de?|avec|par|via|d['’])[^\n;]{1,70}
     |(?:télécharge[rz]|obtenir
       |obtenez)\ outlook\ [^\n]{1,80} | provenance\ :\ courrier\ [^\n]{1,40}
     |(?:dit\ bericht\ is\ )?(?:verzonden|verstuurd|gestuurd)\ (?:vanaf|vanuit|van|met
       |via)\b[^\n;]{1,60}
     |(?:download|haal|verkrijg)\ outlook\ [^\n]{1,80}
     |outlook\ (?:voor|für|pour|for)\ (?:ios|android|iphone|windows)\b[^\n]{0,60}
     |(?:von|vom)\ (?:mein\w*|iphone|ipad|unterwegs|handy|samsung|outlook)\b[^\n]{0,60}\ gesendet\.?
     |diese\ (?:nachricht|e-?mail)\ wurde\ [^\n]{0,70}\ gesendet\.?
     |gesendet\ (?:von|mit|über|aus|via)\b[^\n;]{1,60} | (?:holen\ sie\ sich
       |laden\ sie)\ outlook\ [^\n]{1,80}
     |(?:inviato|enviad[oa]|trimis|wysłan[eoy]|skickat|sendt|odesláno|lähetetty|poslan[oé]
        |отправлено|надіслано)\s[^\n;]{1,60}
     |发自我的[^\n]{1,30} | 從我的[^\n]{1,30} | [^\n]{0,20}(?:iphone|ipad
       |android)から送信 | 나의\ [^\n]{1,20}에서\ 보냄
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_DEVICE_NAMES = re.compile(
    r"""\b(?:iphone|ipad|ipod|android|galaxy|samsung|blackberry|outlook|mail(?:box)?\b|yahoo
      |huawei|xiaomi|smartphone
       |mobil\w*|phone|cell|handy|tablet|gsm\b|telefoon|téléphone|gmail|proton\w*|windows|wiko
         |nokia|sony|htc|lg\b
       |pixel|torch|hotmail|messagerie|courrier\ (?:pour|de)|appareil|toestel|gerät|ios\b
         |mac(?:book)?\b|thunderbird
       |verizon|device|airmail|alcatel|pc\b|motorola|oneplus|ti-\d|app\b|e-?mail\ app)""",
    re.VERBOSE | re.IGNORECASE,
)
_TELLS_MORE = re.compile(
    r"""\b(?:hier|gestern|gisteren|yesterday|heute|today|vandaag|aujourd|monday|lundi|maandag
      |montag|par\ la\ poste|réponse
       |colleague|collègue|collega|kolleg|desk|office|bureau|büro|attach|form\b|\d{1,2}\ (?:mars
         |maart|märz|march))""",
    re.VERBOSE | re.IGNORECASE,
)
_EXCUSES = re.compile(r"[.,;\s]{0,5}(?:(?:please )?excuse|sorry for)\b.{0,50}$", re.IGNORECASE)


def is_device_line(line: str) -> bool:
    """Whether a telephone or mail program wrote this line below the text."""
    if not 8 < len(line) < 200:
        return False
    plain = _EXCUSES.sub("", _ADDRESS.sub("", line)).strip(" \t*_<>()[].")
    if not _DEVICE.match(plain) or _TELLS_MORE.search(plain) or "," in plain:
        return False
    return bool(_DEVICE_NAMES.search(plain)) or _is_boast(plain)


def _is_boast(plain: str) -> bool:
    """`Sent from a magnificent torch of pixels`: short, and of no known device."""
    return plain.lower().startswith("sent from my ") and len(plain.split()) <= 6


def signature_begin(lines: list[str], *, end: int) -> int:
    """Where a signature begins that ends at `end`; `end` itself when there is none."""
    if end and is_device_line(lines[end - 1]):
        return end - 1
    for number in range(end - 1, max(-1, end - MAX_LINES - 1), -1):
        line = lines[number]
        if line[:4].strip()[:1] not in ("-", "_", "—", "–"):
            continue
        if _BARE.match(line) and line != "-- " and _is_one_of_several(lines, end=number):
            break  # they part paragraphs
        if any(_AFTERTHOUGHT.match(below) for below in lines[number + 1 : end]):
            break
        if _MARK.match(line) or (_FOOTER.match(line) and _is_footer(lines[number + 1 : end])):
            return number
    is_apart = end > 1 and not lines[end - 2].strip()
    return end - 1 if is_apart and _NAME.match(lines[end - 1].strip()) else end


def _is_one_of_several(lines: list[str], *, end: int) -> bool:
    """Whether a line like it stands above, with text between them."""
    above = range(max(0, end - MAX_LINES), end)
    return any(_BARE.match(lines[at]) and lines[at] != "-- " for at in above)


def _is_footer(below: list[str]) -> bool:
    """Whether what stands below a long line is a list's or a lawyer's, not the sender's."""
    return len(below) <= MAX_FOOTER and any(_LIKE_A_FOOTER.search(line) for line in below)
