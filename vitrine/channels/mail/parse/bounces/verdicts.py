"""Hard or soft: whether the address itself is of no use, or only this delivery failed.

The words of the other server come first where they are unmistakable (a full mailbox, a
refused sender), then its enhanced code where that tells, then weaker words, then its
three figures.
"""

import re
from functools import lru_cache

ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]|-\d)")
"""An enhanced status code of a failure (RFC 3463), not a piece of an IP address."""

REPLY_CODE = re.compile(r"(?<![\d.:/-])([45][0-5]\d)(?=[ \-:#;,]|$)", re.MULTILINE)
"""The three figures of an SMTP reply (RFC 5321), as group 1."""

_FULL = re.compile(
    r"""quota|(?:mail\s?box|inbox|account|bo[iî]te|postvak\w*|postfach|casella|buz[oó]n|caixa)
          [^.\n]{0,40}\b(?:is\ |was\ |est\ |ist\ |zit\ |è\ )?(?:now\ |completely\ )?
          (?:full|pleine|vol|voll|überfüllt|piena|llen[oa]|cheia)\b
       |mailfolder\ is\ full|mail\ ?box\ exceed
         |exceed\w*\ (?:the\ |its\ |allowed\ |maximum\ |max\ )*
          (?:mail\ ?box|storage|disk|space|allowed)|(?:out\ of|not\ enough|no
            |insufficient)\ (?:disk\ |
          storage\ |system\ |mailbox\ )*(?:space|storage)\b|disc?k?\ (?:is\ )?full|storage\ limit
       |space\ (?:limit|shortage)|mailbox\ (?:size|limit)|over\ (?:the\ )?(?:allowed\ )?(?:limit
         |size)
       |too\ many\ messages\ (?:in|on|stored)|user\ has\ (?:exhausted|too\ many)|speicherplatz
       |espace\ (?:disque|insuffisant)|ruimte\ (?:op|tekort)|account\ is\ full|mail\ ?drop\ is\ full
       |max\ message\ size\ exceeded|mailbox\ has\ exceeded|boxfull|mbox\ full
       |receiving\ mail\ (?:at\ a\ rate|too\ (?:quickly|fast))""",
    re.VERBOSE | re.IGNORECASE,
)
_LARGE = re.compile(
    r"""(?:message|mail|e-?mail|attachment|size|file|body|nachricht|bericht)\b[^.\n]{0,50}
          (?:too\ (?:large|big|long)|exceed|larger\ than|bigger\ than|over\ the\ max|zu\ groß
            |te\ groot)
       |too\ (?:large|big)\b|exceed\w*\ [^.\n]{0,40}(?:message\ size|size\ limit|maximum\ size)
       |size\ (?:limit|restriction)|trop\ (?:grand|gros|volumineu|lourd)|taille\ [^.\n]{0,30}dépass
       |dépasse\ [^.\n]{0,30}taille|message\ length\ exceeds|exceeds\ [^.\n]{0,20}size""",
    re.VERBOSE | re.IGNORECASE,
)
_SENDER = re.compile(
    r"""(?:sender|sending|envelope-?from|mail\ from|originator|return[\ -]path|from:?\ header
      |helo|ehlo)
          \b[^.\n]{0,70}\b(?:reject|den(?:y|ied)|not\ (?:found|exist|allowed|accepted|permitted
            |valid
          |verified|pre-approved|authori[sz]ed|recogni[sz]ed)|invalid|does\ not|doesn'?t|unknown
            |verif
          |unresolv|could\ not|cannot|blocked|refused|bad)
       |(?:domain|host)\ of\ sender|your\ (?:host|ip|server|domain|e-?mail\ (?:server|system)
         |mail\ ?server
          |network|reverse|hostname|client|messages?\ (?:was|were|has|have|appears?|looks?|scor))\b
       |reverse\ (?:dns|lookup|hostname|mapping)|\bptr\b|client\ host\ (?:rejected|.{0,60}blocked)
       |(?:address|domain|host)\ verification\ failed|verify\ (?:failed|your)|callout\ verification
       |requires?\ (?:confirmation|authentication|tls|starttls)|authentication\ (?:is\ )?required
       |confirm\ this\ mail\ server|(?:only|not)\ (?:accept\w*|authori[sz]ed)\ [^.\n]{0,30}
          (?:from|to\ send|senders)|not\ (?:allowed|permitted|authori[sz]ed)\ to\ send
            |access\ denied\.\s*ip
       |not\ accepting\ mail\ (?:from|with)|unauthenticated|do\ not\ accept\ mail\ from""",
    re.VERBOSE | re.IGNORECASE,
)
_HARD = re.compile(
    r"""\b(?:user|recipient|addressee|mail\ ?box|mail-box|account|local[- ]?part|username
      |destinataire
          |utilisateur|bo[iî]te(?:\ (?:aux\ lettres|mail))?|ontvanger|gebruiker|postvak|empfänger
          |benutzer|postfach|konto|destinatario|usuario|person|alias|subscriber|customer)\b
          [^.\n]{0,90}?
          (?:unknown|not\ (?:be\ )?(?:found|known|exist|here|valid|a\ valid|listed|active|available
             |a\ known|on\ this|recogni[sz]ed|a\ user|hosted|local|in\ (?:the|our))
               |does\ ?n[o']t\ exist
             |doesn.t\ (?:exist|have)|invalid|disabled|inactive|suspended|deactivated|discontinued
             |terminated|closed|expired\ account|deleted|removed|no\ longer|unavailable|moved
               |unrouteable
             |inconnu|inexistant|n.existe\ (?:pas|plus)|introuvable|(?:pas|non)\ répertorié
             |nicht\ (?:im\ [^.\n]{1,40}\ )?(?:aufgeführt|verzeichnet|vorhanden|bekannt)
             |niet\ (?:bekend|vermeld|opgenomen)|désactivé|onbekend|bestaat\ niet
               |niet\ gevonden
             |unbekannt|existiert\ nicht|nicht\ gefunden|deaktiviert|gesperrt|ungültig|sconosciut
               |no\ existe
             |rejected:?\ (?:user|access\ denied|undeliverable\ address|unknown|address|no\ such
               |not\ found
                |mailbox|invalid|account)
             |rejected(?:\s*[(\n]|\s*$)|blocked:?\ user)
       |(?:unknown|no\ such|invalid|inactive|bad|nonexistent|non-existent|unrouteable|undeliverable
          |unrecogni[sz]ed|illegal|disabled|wrong|not\ a\ (?:valid|known|local|deliverable))\s+
          (?:local\ |e-?mail\ |destination\ |virtual\ |to\ |rcpt\ |final\ |delivery\ |mail\ )*
          (?:user|recipient|address|mail-?\ ?box|account|name|person|domain|host|member|alias
            |rcpt|entry
             |local-?part|destination|one|customer|part|body|subscriber)
       |(?:inconnu|onbekend|unbekannt)\w*\s+(?:utilisateur|destinataire|adresse?|gebruiker|ontvanger
          |empfänger|benutzer|hôte|domaine)
       |no\ (?:valid\ recipient|mail-?\ ?box|account|user|recipient|such)|no\ mail\ box
         |not\ our\ (?:customer|user)
       |(?:addresse?|adresse?|adres)\b[^.\n]{0,60}\b(?:unknown|not\ found|(?:does
         |did)\ ?n[o']t\ exist
          |could\ not\ be\ found|couldn.t\ be\ found|wasn.t\ found|is\ invalid|inconnue
            |introuvable|onbekend|unbekannt|bestaat\ niet
          |n.existe\ pas|niet\ gevonden|nicht\ gefunden|existiert\ nicht|not\ exist|invalide
            |ungültig
          |not\ listed|no\ longer|not\ (?:a\ )?valid|disabled|unrouteable|rejected\b(?!.{0,40}
             (?:spam|policy|block|list)))
       |(?:isn.t|is\ not|not)\ (?:listed|found|known|in\ (?:my|the|our)\ (?:control
         |list\ of\ allowed|rcpthosts
          |address|directory)|an?\ (?:known|valid|active|local)\ (?:user|e-?mail|address|mailbox
            |recipient))
       |(?:pas|non)\ répertorié|nicht\ im\ [\w-]{3,40}\ (?:aufgeführt|verzeichnet)
       |niet\ (?:vermeld|opgenomen)\ in
       |doesn.t\ have\ an?\ [^.\n]{0,40}account|is\ not\ a\ (?:valid|known|registered)\ (?:user
         |mailbox|address)
       |(?:host|domain)\b[^.\n]{0,60}\b(?:not\ found|unknown|does\ not\ exist|doesn.t\ exist
         |inconnu|inexist
          |bestaat\ niet|onbekend|unbekannt|existiert\ nicht|not\ (?:exist|hosted|local|served
            |known)|invalid)
       |couldn.t\ find\ any\ host|(?:unknown|bad)\ (?:mail\ )?(?:host|domain)|nxdomain
         |no\ (?:valid\ )?(?:mx|host)\b
       |(?:domain\ )?has\ no\ (?:mx|mail)\b|nullmx|null\ mx
         |does\ not\ accept\ (?:any\ )?(?:e-?mail|mail)\b
       |unrouteable|no\ route\ to\ (?:domain|user|recipient|address)
         |name\ or\ service\ not\ known|name\ service\ error
       |relay(?:ing)?\ (?:to\ \S+\ )?(?:is\ )?(?:not\ (?:allowed|permitted|authori[sz]ed)|denied
         |prohibited
          |access\ denied|operation\ rejected)|(?:not|don.t|cannot|unable\ to|we\ do\ not)\ relay
            |no\ relaying|not\ a\ relay
       |use\ (?:this\ system|me)\b[^\n]{0,60}?as\ a\ relay|rcpthosts|badrcptto|bad_?recipient
         |recipnotfound|resolver\.adr
       |(?:has\ |have\ )(?:moved|left)\b|user\ not\ local|moved\ to\b|new\ address
         |nouvelle\ adresse|neue\ adresse
       |nieuw\ adres|no\ longer\ (?:on|at|with|works?|valid|in\ use|exist|available|active|accept
         |an?\ |employ|uses?)
       |this\ user\ doesn|mailbox\ (?:unavailable|not\ available|suspended|disabled|inactive
         |currently)
       |temporarily\ deactivated\ mailbox|deactivated\ mailbox|invalid\ (?:address|recipient
         |mailbox|user)
       |not\ exist(?:s|ing)?\b|no\ matches\ to\ name|recipient\ (?:rejected|refused)
         |recipient\ address\ rejected
       |nie\ istnieje|n.est\ plus\ (?:valide|utilisée?)|niet\ meer\ (?:in\ gebruik|geldig)
         |nicht\ mehr\ (?:gültig|aktiv|erreichbar)
       |no\ matches|usuario\ desconocido|пользовател\w+\ не|не\ существует|not\ collected\ after
         |cannot\ be\ found
       |unknown\ (?:or\ illegal\ )?(?:alias|local)|retry:?\ user|no\ one\ by\ that\ name
         |lookup\ fail|directory\ lookup""",
    re.VERBOSE | re.IGNORECASE,
)
_REFUSED = re.compile(
    r"""spam|spamhaus|\brbl\b|\bdnsbl|\bsurbl|\buribl|black\ ?-?list|block\ ?-?list|black-hole
      |blocked\b|blocking|\bbanned
       |policy|policies|reputation|bulk\ mail|unsolicited|junk|virus|infected|malware|worm\b
         |content\b
       |grey\ ?-?list|gray\ ?-?list|throttl|rate\ limit|too\ (?:many|much|fast|frequent)
         |exceeded\ the\ (?:max|rate)
       |timed?\ ?-?out|expired|try\ again|later\b|temporar|deferred|unable\ to\ connect
         |connection\ (?:refused|lost|timed|reset|dropped|died)
       |refused\ to\ talk|not\ responding|unreachable|network|busy|congest|lost\ connection
         |no\ route\ to\ host
       |dmarc|\bspf\b|dkim|tls\b|certificate|loop\b|hop\ count|too\ many\ hops|routing\ loop
         |mail\ loop
       |filter|prohibited|forbidden|administrative|security|restricted|restriction|attachment
         |\burl\b
       |not\ accept\w*\ (?:mail|messages?)\ (?:from|at\ this)|refused\ by|unexpected
         |local\ (?:configuration\ )?(?:error|problem)
       |unacceptable|moderat|gesperrte?\ ip|richtlinie|politique|beleid|expiré|verstreken
         |abgelaufen""",
    re.VERBOSE | re.IGNORECASE,
)
_TELLING_HARD = re.compile(r"5\.(?:1\.(?:[1-6]|10)|2\.1|4\.(?:4|310|312)|1\.(?:20|35)\d)$")
_TELLING_SOFT = re.compile(r"4\.|5\.(?:2\.[2-9]|3\.[1-9]|4\.|5\.[1-9]|6\.|7\.|1\.[78])")
_ABOUT_THE_SENDER = ("5.1.7", "5.1.8")
_ABOUT_THE_MAILBOX = ("550", "551", "553")
_READ = 3000
"""Characters of a diagnosis that are read."""


@lru_cache(maxsize=64)
def is_permanent(status: str, *, diagnosis: str) -> bool:
    """Whether the address itself is of no use (hard), by what the other server said.

    `status` is an enhanced code or blank. Where nothing tells, the address is not given up.
    """
    said = diagnosis[:_READ]
    if status.startswith("4.") or status in _ABOUT_THE_SENDER:
        return False
    if said and (verdict := _by_clear_words(said)) is not None:
        return verdict
    if _TELLING_HARD.match(status):
        return not _is_list_of_senders(said)
    if said and _REFUSED.search(said):
        return False
    if _TELLING_SOFT.match(status):
        return False
    code = REPLY_CODE.search(said)
    return status == "5.1.0" or (code is not None and code[1] in _ABOUT_THE_MAILBOX)


def is_telling(status: str) -> bool:
    """Whether this enhanced code says by itself if the address is of no use."""
    return bool(_TELLING_HARD.match(status)) or status[2:4] in ("2.", "3.", "7.")


def _by_clear_words(said: str) -> bool | None:
    """The verdict of words that leave no doubt; None when there are none."""
    if _FULL.search(said) or _LARGE.search(said):
        return False
    if _HARD.search(said):
        return not _SENDER.search(said) or bool(_SURELY_HARD.search(said))
    return False if _SENDER.search(said) else None


def _is_list_of_senders(said: str) -> bool:
    return bool(_SENDERS_LIST.search(said))


_SURELY_HARD = re.compile(
    r"""user\ unknown|unknown\ user|no\ such\ (?:user|recipient|mailbox|person|local)
      |unknown\ recipient
       |(?:recipient|user|mailbox|account
         |(?<!sender\ )address)[^.\n]{0,40}(?:does\ ?n[o']t\ exist|not\ found)
       |unknown\ (?:local\ part|address|mailbox)|invalid\ recipient|mailbox\ unavailable
       |recipnotfound|disabled\ or\ discontinued""",
    re.VERBOSE | re.IGNORECASE,
)
_SENDERS_LIST = re.compile(
    r"spam|spamhaus|\brbl\b|dnsbl|black\s?-?list|block\s?-?list|blocked using|bulk mail|virus",
    re.IGNORECASE,
)
