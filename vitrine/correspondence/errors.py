"""What can go wrong with arrivals and promises."""


class CorrespondenceError(Exception):
    """Something in the correspondence cannot be done."""


class NoAddress(CorrespondenceError):
    """The person has no mail address to write to."""


class AlreadySettled(CorrespondenceError):
    """The arrival has its outcome already, or the promise its end."""
