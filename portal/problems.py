"""What an action raises when it refuses, and what the answer looks like."""

from collections.abc import Sequence


class Refused(Exception):
    """The state does not allow the move, or has changed meanwhile. Answered 409 with the sentence and the state."""

    # (place, text) of what the person wrote for it: the page shows it again, so that it is not lost.
    written: Sequence[tuple[str, str]] = ()

    def __init__(self, reason: str, *, filing=None):
        super().__init__(reason)
        self.reason = reason
        self.filing = filing
