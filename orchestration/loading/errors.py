"""What can be wrong with one file; the others load all the same."""

from orchestration.errors import UserError

__all__ = ["UnknownSourceError", "UnreadableFileError"]


class UnreadableFileError(UserError):
    """A file of which nothing can be loaded; the text says why.

    Attributes
    ----------
    sample : bytes
        What stands where a record should; empty when the file could not even be opened.
    """

    def __init__(self, message: str, sample: bytes = b""):
        super().__init__(message)
        self.sample = sample


class UnknownSourceError(UnreadableFileError):
    """A file whose records are of no known source, or of several."""
