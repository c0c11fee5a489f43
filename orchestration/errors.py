"""Errors that a user can fix: one clear sentence, never a stack trace."""

__all__ = ["BadInputError", "UserError"]


class UserError(Exception):
    """An error in one sentence: what is wrong, where, and what to do.

    Attributes
    ----------
    exit_code : int
        Exit code of the command line, so that scripts can distinguish causes.
    """

    exit_code = 1


class BadInputError(UserError):
    """An argument, file or setting that is not valid."""

    exit_code = 2
