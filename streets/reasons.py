"""Errors that a person is told in their own language: a code and figures, beside the message in English."""


class ReasonedError(ValueError):
    """The message is English. `reason` is a code and `figures` are what it speaks of, from which a page says it in its words."""

    def __init__(self, reason: str, what: str, **figures: object) -> None:
        super().__init__(what)
        self.reason = reason
        self.figures = figures
