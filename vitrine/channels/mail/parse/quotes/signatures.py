"""Signatures that programs mark, and the lines that telephones add."""

import re

MAX_LINES = 25
"""Of a signature below `-- `; what is longer may be more than a signature."""

_MARK = re.compile(r"^\s{0,3}(?:--|__|—|–|-- |--\xa0)\s*$")
_FOOTER = re.compile(r"^_{20,}\s*$")
_NAME = re.compile(r"^-(?:[A-Z][\w.'’-]{0,20})(?:\s[A-Z][\w.'’-]{0,20}){0,3}$")
_DEVICE = re.compile(
    r"""^[\s*_]*(?:
      sent\ (?:from|via|with|by|using)\ (?:my|an?|the|mail|outlook|yahoo|gmail|samsung|proton
        |iphone|ipad|blackberry|android
         |mobile|aol|windows|tutanota|canary|spark|airmail|nine|bluemail|fairemail|k-9
           |thunderbird|typeapp|aquamail)\b[^\n,;]{0,60}
     |get\ (?:outlook|bluemail|typeapp|yahoo)\ [^\n]{1,80}
     |(?:envoyé|expédié|écrit)e?\ (?:de(?:puis)?|à\ partir\ de?|avec|par|via|d['’])\b[^\n;]{0,70}
     |(?:télécharge[rz]|obtenir
       |obtenez)\ outlook\ [^\n]{1,80} | provenance\ :\ courrier\ [^\n]{1,40}
     |(?:dit\ bericht\ is\ )?(?:verzonden|verstuurd|gestuurd)\ (?:vanaf|vanuit|van|met|via
       |door)\b[^\n;]{0,60}
     |(?:download|haal|verkrijg)\ outlook\ [^\n]{1,80} | outlook\ (?:voor|für|pour|for)\ [^\n]{1,80}
     |(?:von|vom)\ (?:mein\w*|iphone|ipad|unterwegs|handy|samsung)\b[^\n]{0,60}\ gesendet\.?
     |(?:diese\ (?:nachricht|e-?mail)\ wurde\ [^\n]{0,60}\ gesendet\.?)
     |gesendet\ (?:von|mit|über|aus|via)\b[^\n;]{0,60} | (?:holen\ sie\ sich
       |laden\ sie)\ outlook\ [^\n]{1,80}
     |(?:inviato|enviado|enviada|trimis|wysłan[eoy]|skickat|sendt|odesláno|lähetetty|poslano
       |poslané|отправлено|надіслано)\s[^\n;]{1,60}
     |发自我的[^\n]{1,30} | [^\n]{0,20}(?:iphone|ipad|android)から送信 | 나의\ [^\n]{1,20}에서\ 보냄
    )\s*(?:<[^<>\s]{4,200}>)?[\s*_]*$""",
    re.VERBOSE | re.IGNORECASE,
)
_DEVICE_NAMES = re.compile(
    r"""iphone|ipad|android|galaxy|samsung|blackberry|outlook|mail\b|yahoo|huawei|xiaomi
      |smartphone|mobile|phone|handy|tablet|gsm\b
       |application|app\b|telefoon|téléphone|gmail|proton|windows|wiko|nokia|sony|htc|lg\b|pixel
         |torch|hotmail|orange|messagerie|courrier|webmail
       |appareil|toestel|gerät|ios\b|ordinateur|mac(?:book)?\b|thunderbird|verizon|device""",
    re.VERBOSE | re.IGNORECASE,
)


def is_device_line(line: str) -> bool:
    """Whether a telephone or mail program wrote this line below the text."""
    if len(line) > 200 or not _DEVICE.match(line):
        return False
    words = line.split()
    return bool(_DEVICE_NAMES.search(line)) or (words[0].lower() == "sent" and len(words) <= 8)


def signature_begin(lines: list[str], *, end: int) -> int:
    """Where a signature begins that ends at `end`; `end` itself when there is none."""
    if end and is_device_line(lines[end - 1]):
        return end - 1
    for number in range(end - 1, max(-1, end - MAX_LINES - 1), -1):
        line = lines[number]
        if line[:4].strip()[:1] in ("-", "_", "—", "–") and (
            _MARK.match(line) or _FOOTER.match(line)
        ):
            return number
    is_apart = end > 1 and not lines[end - 2].strip()
    return end - 1 if is_apart and _NAME.match(lines[end - 1].strip()) else end
