"""What can be wrong with a journal."""


class BrokenChain(Exception):
    """An entry does not follow from the one before it.

    position  where the chain breaks, >= 1
    """

    def __init__(self, *, position: int, reason: str) -> None:
        super().__init__(f"The journal is broken at position {position}: {reason}.")
        self.position = position
        self.reason = reason
