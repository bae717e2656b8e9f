"""Why a message is spam, in the language of the reader.

The store keeps one sentence in English, whoever reads it later; the sentences that we write
are known here by their shape. One that is not is shown as it stands.
"""

import re

from django.utils.translation import gettext_lazy as _

SENTENCES = (
    (
        re.compile(r"The sender (?P<sender>\S+) is blocked: (?P<why>.*)", re.DOTALL),
        _("The sender %(sender)s is blocked: %(why)s"),
    ),
    (
        re.compile(r"The sorting rule “(?P<name>.*)” says so\.", re.DOTALL),
        _("The sorting rule “%(name)s” says so."),
    ),
    (
        re.compile(r"The spam filter gave it (?P<points>\S+) points \((?P<header>[\w-]+)\)\."),
        _("The spam filter gave it %(points)s points (%(header)s)."),
    ),
    (
        re.compile(r"The spam filter says so \((?P<header>[\w-]+)\)\."),
        _("The spam filter says so (%(header)s)."),
    ),
)


def reason_words(reason: str) -> str:
    """The sentence as the reader reads it."""
    for shape, sentence in SENTENCES:
        if match := shape.fullmatch(reason):
            return str(sentence % match.groupdict())
    return reason
