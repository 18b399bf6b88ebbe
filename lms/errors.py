"""What travels up from queries and services; web/errors.py turns each into a page."""


class NotFound(Exception):
    """The thing does not exist, or is not this person's to see: the two look the same from outside."""


class Conflict(Exception):
    """The act no longer fits the record (closed, changed by someone else, already done). `message` is Vietnamese, for the person."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message
