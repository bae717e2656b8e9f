"""Whether a mail is a fax, and what it brings."""

from collections.abc import Iterable
from dataclasses import dataclass

from vitrine.channels.fax.parse.contents import content_digest, is_document
from vitrine.channels.fax.parse.numbers import Caller, caller_of
from vitrine.channels.mail.parse import Kind, ParsedFile, ParsedMail


@dataclass(frozen=True)
class ParsedFax:
    """A fax as a gateway sent it.

    documents   the TIFF or PDF files that are the fax, in their order; at least one
    digest      the same for the same pages
    """

    caller: Caller
    documents: tuple[ParsedFile, ...]
    digest: str


def fax_of(
    mail: ParsedMail,
    *,
    gateways: frozenset[str],
    envelope_from: str = "",
    envelope_to: Iterable[str] = (),
    ours: Iterable[str] = (),
) -> ParsedFax | None:
    """The fax in `mail`; None: it is none, such as a report of the gateway without a document.

    gateways   addresses, in lower case, that send faxes or receive nothing else
    ours       numbers of our own in E.164
    """
    if not gateways or mail.kind == Kind.BOUNCE:
        return None
    reached = [each.lower() for each in envelope_to] or [each.address.lower() for each in mail.to]
    sent_by = [envelope_from.lower(), mail.sender.address.lower() if mail.sender else ""]
    if not gateways.intersection((*reached, *sent_by)):
        return None
    documents = tuple(file for file in mail.attachments if is_document(file))
    if not documents:
        return None
    digests = "".join(content_digest(file.content) for file in documents)
    return ParsedFax(caller_of(mail, ours=ours), documents, content_digest(digests.encode()))
