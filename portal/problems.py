"""What an action raises when it refuses, and what the answer looks like."""


class Refused(Exception):
    """The state does not allow the move, or has changed meanwhile. Answered 409 with the sentence and the state."""

    def __init__(self, reason: str, *, filing=None):
        super().__init__(reason)
        self.reason = reason
        self.filing = filing
