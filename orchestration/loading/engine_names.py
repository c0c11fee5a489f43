"""Names under which the engine, which opens files itself, finds those that are open here."""

import shutil
import tempfile
import weakref
from pathlib import Path

from orchestration.loading.contents import Contents

__all__ = ["name_of", "name_of_descriptor"]

# On Linux. What other systems have in /dev/fd shares the place that was read up to.
_DESCRIPTORS = Path("/proc/self/fd")


def name_of_descriptor(descriptor: int) -> str:
    """Return the name of an open file by its descriptor; empty where the system gives none."""
    return f"{_DESCRIPTORS}/{descriptor}" if _DESCRIPTORS.is_dir() else ""


def name_of(contents: Contents) -> str:
    """Return a name of an open file, which is good as long as that is there.

    Parameters
    ----------
    contents : Contents
        The file.

    Returns
    -------
    str
        Its descriptor's, which stays this file whatever happens to its name; or a link's with a
        plain name, because the engine would expand characters such as ``*``.
    """
    if name := name_of_descriptor(contents.descriptor):
        return name
    folder = tempfile.mkdtemp(prefix="tokenhouse-")
    weakref.finalize(contents, shutil.rmtree, folder, ignore_errors=True)
    link = Path(folder, "file")
    link.symlink_to(contents.path.absolute())
    return str(link)
