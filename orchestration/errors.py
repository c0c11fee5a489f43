"""Errors that are the user's to fix: one clear sentence, never a stack trace."""

__all__ = ["BadInputError", "UserError"]


class UserError(Exception):
    """What went wrong, where, and what to do, in one sentence.

    Attributes
    ----------
    exit_code : int
        What the command line exits with, so that scripts can tell causes apart.
    """

    exit_code = 1


class BadInputError(UserError):
    """An argument, file or setting that cannot be used as it is."""

    exit_code = 2
