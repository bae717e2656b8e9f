"""What may go wrong between a decision and the public."""


class PublicationError(Exception):
    """Nothing was published: what the public reads is what it read before."""


class OlderVersion(PublicationError):
    """The public reads this version already, with other content, or a newer one."""


class SentenceMissing(PublicationError):
    """An official sentence lacks a text in an official language."""


class Unreadable(PublicationError):
    """A file of a published version does not say what it should."""


class Busy(PublicationError):
    """Another publisher was at work all the time that we were ready to wait."""


class NotWritten(PublicationError):
    """The disk took not everything (full, read-only, gone); no remains were left."""
