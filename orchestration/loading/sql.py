"""Small helpers for writing SQL."""

__all__ = ["sql_array", "sql_text"]


def sql_text(value: str) -> str:
    """Return a text as a SQL literal.

    Parameters
    ----------
    value : str
        Any text.

    Returns
    -------
    str
        The text in quotes, what would end it escaped.
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def sql_array(values: "list[str] | tuple[str, ...]") -> str:
    """Return texts as a SQL array.

    Parameters
    ----------
    values : list or tuple of str
        Any texts.

    Returns
    -------
    str
        An array literal; an empty one keeps its type.
    """
    return f"[{', '.join(map(sql_text, values))}]" if values else "emptyArrayString()"
