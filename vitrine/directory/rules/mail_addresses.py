"""What a mail address tells about its owner."""

import re

_FREE_MAIL = """
aol.com bluewin.ch free.fr gmail.com gmx.at gmx.be gmx.ch gmx.com gmx.de gmx.net
googlemail.com hotmail.be hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.nl
icloud.com laposte.net live.be live.com live.fr live.nl mac.com mail.com mail.ru me.com
msn.com orange.fr outlook.be outlook.com outlook.de outlook.fr outlook.nl pandora.be
pm.me posteo.de proton.me protonmail.ch protonmail.com proximus.be scarlet.be sfr.fr
skynet.be swing.be t-online.de telenet.be tutanota.com tvcablenet.be versatel.be voo.be
wanadoo.fr web.de yahoo.com yahoo.co.uk yahoo.de yahoo.fr yandex.com ymail.com zoho.com
"""

FREE_MAIL_DOMAINS = frozenset(_FREE_MAIL.split())
"""Everybody may have an address there: such a domain never tells the organisation."""

_SHARED_LOCAL_PARTS = re.compile(
    r"(info|contact|mail|secretaria[at]t?|administration|admin|population|etat-?civil|"
    r"bevolking|burgerzaken|burgerlijkestand|bevoelkerung|meldeamt|einwohnermeldeamt|"
    r"standesamt|helpdesk|servicedesk|support|onthaal|accueil|reception|service\.?\w*|dienst\.?\w*)"
    r"([._-].*)?"
)
_SEPARATORS = re.compile(r"[._\-+\s]+")


def domain_of(address: str) -> str:
    """The domain of `address` in lower case; blank when there is none."""
    return (
        address.rpartition("@")[2].strip().strip(">").rstrip(".").lower() if "@" in address else ""
    )


def domains_to_try(address: str) -> list[str]:
    """The domain of `address` and its parents, longest first, at least two labels.

    Empty for free mail, whose domains tell nothing.
    """
    domain = domain_of(address)
    labels = domain.split(".")
    tried = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return [] if FREE_MAIL_DOMAINS.intersection(tried) else tried


def is_shared_mailbox(address: str) -> bool:
    """Whether several people probably read `address`: `population@`, `info@`, ..."""
    return _SHARED_LOCAL_PARTS.fullmatch(address.rpartition("@")[0].lower()) is not None


def name_from_address(address: str) -> str:
    """A name for a sender who gave none: `Jan Peeters` from `jan.peeters@commune.example`."""
    local = address.rpartition("@")[0] or address
    if is_shared_mailbox(address):
        return address
    words = [word for word in _SEPARATORS.split(local) if word]
    if len(words) < 2 or any(any(sign.isdigit() for sign in word) for word in words):
        return address
    return " ".join(word.capitalize() for word in words)
