"""Reading what a fax gateway sent: `fax_of(mail) -> ParsedFax | None`. Pure."""

from vitrine.channels.fax.parse.contents import content_digest, is_document
from vitrine.channels.fax.parse.gateways import ParsedFax, fax_of
from vitrine.channels.fax.parse.numbers import Caller, caller_of

__all__ = ["Caller", "ParsedFax", "caller_of", "content_digest", "fax_of", "is_document"]
