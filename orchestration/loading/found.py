"""Where coding agents keep their logs on this machine, and what lies there; nothing is read."""

import glob
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.loading.discover import discover

__all__ = ["PLACES", "FoundLogs", "Place", "find_logs"]


@dataclass(frozen=True)
class Place:
    """Where a tool keeps its logs.

    Attributes
    ----------
    tool : str
        What people call it.
    logs : tuple of str
        Files and folders below the tool's folder; patterns, too.
    folders : tuple of str
        The tool's folder, by default: several where systems or versions differ.
    variables : mapping of str to str
        Environment variables that name the folder instead, each with what is to be added to its
        value. A variable may list several folders, with commas.
    """

    tool: str
    logs: tuple[str, ...]
    folders: tuple[str, ...]
    variables: Mapping[str, str]


@dataclass(frozen=True)
class FoundLogs:
    """Logs of a tool that were found.

    Attributes
    ----------
    tool : str
        Whose they are.
    folder : Path
        Where.
    paths : tuple of Path
        What there is to load.
    file_count, bytes : int
        How many files there are, and how large they are together.
    changed_at : datetime
        When the last of them was changed.
    """

    tool: str
    folder: Path
    paths: tuple[Path, ...]
    file_count: int
    bytes: int
    changed_at: datetime


_EDITORS = (
    *(
        f"{base}/{editor}/User/globalStorage"
        for base in ("~/.config", "~/Library/Application Support", "~/AppData/Roaming")
        for editor in ("Code", "Code - Insiders", "VSCodium", "Cursor")
    ),
    "~/.vscode-server/data/User/globalStorage",
)

PLACES = (
    Place(
        "Claude Code",
        ("projects",),
        ("~/.claude", "~/.config/claude"),
        {"CLAUDE_CONFIG_DIR": ""},
    ),
    Place("Codex", ("sessions", "archived_sessions"), ("~/.codex",), {"CODEX_HOME": ""}),
    Place(
        "Gemini CLI",
        ("*/chats",),
        ("~/.gemini/tmp",),
        {"GEMINI_DATA_DIR": "", "GEMINI_CLI_HOME": ".gemini/tmp"},
    ),
    Place(
        "OpenCode",
        ("opencode*.db", "storage/message"),
        ("~/.local/share/opencode",),
        {"OPENCODE_DATA_DIR": "", "XDG_DATA_HOME": "opencode"},
    ),
    Place(
        "Copilot CLI",
        ("session-store.db", "session-state", "otel"),
        ("~/.copilot",),
        {"COPILOT_CONFIG_DIR": ""},
    ),
    Place("Qwen Code", ("projects/*/chats",), ("~/.qwen",), {"QWEN_DATA_DIR": ""}),
    Place("Cline", ("saoudrizwan.claude-dev/tasks",), _EDITORS, {}),
    Place("Roo Code", ("rooveterinaryinc.roo-cline/tasks",), _EDITORS, {}),
    Place("Kilo Code", ("kilocode.kilo-code/tasks",), _EDITORS, {}),
    Place("Kilo CLI", ("kilo*.db",), ("~/.local/share/kilo",), {"KILO_DATA_DIR": ""}),
    Place("Cline CLI", ("sessions", "tasks"), ("~/.cline/data",), {"CLINE_DATA_DIR": ""}),
    Place("Pi", ("",), ("~/.pi/agent/sessions",), {"PI_AGENT_DIR": ""}),
    Place("OpenClaw", ("*/sessions",), ("~/.openclaw/agents",), {}),
    Place("Kimi CLI", ("sessions",), ("~/.kimi",), {"KIMI_SHARE_DIR": ""}),
    Place("Kimi Code", ("sessions",), ("~/.kimi-code",), {"KIMI_CODE_HOME": ""}),
    Place("Amp", ("threads",), ("~/.local/share/amp",), {"AMP_DATA_DIR": ""}),
    Place("Droid", ("",), ("~/.factory/sessions",), {"DROID_SESSIONS_DIR": ""}),
    Place(
        "Goose",
        ("sessions.db", "*.jsonl"),
        (
            "~/.local/share/goose/sessions",
            "~/.local/share/Block/goose/sessions",
            "~/Library/Application Support/goose/sessions",
            "~/AppData/Roaming/Block/goose/sessions",
        ),
        {"GOOSE_PATH_ROOT": "data/sessions"},
    ),
    Place("Aider", ("analytics.jsonl",), ("~/.aider",), {}),
)


def find_logs(environment: Mapping[str, str], home: Path) -> list[FoundLogs]:
    """Find the logs that coding agents left on this machine.

    Only names, sizes and times of files are looked at.

    Parameters
    ----------
    environment : mapping of str to str
        The environment variables, by which tools may keep their logs elsewhere.
    home : Path
        The user's home directory.

    Returns
    -------
    list of FoundLogs
        In the order of :data:`PLACES`; none for tools without logs.
    """
    found = []
    seen: set[Path] = set()
    for place in PLACES:
        for folder in _folders(place, environment, home):
            paths = tuple(path for path in _paths(place, folder) if path not in seen)
            seen.update(paths)
            logs = _found(place, folder, paths)
            if logs:
                found.append(logs)
    return found


def _folders(place: Place, environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    for variable, below in place.variables.items():
        if value := environment.get(variable, "").strip():
            for folder in value.split(","):
                yield _at_home(folder.strip(), home) / below
            return
    for folder in place.folders:
        yield _at_home(folder, home)


def _at_home(folder: str, home: Path) -> Path:
    return home / folder[2:] if folder.startswith("~/") else Path(folder)


def _paths(place: Place, folder: Path) -> Iterator[Path]:
    for pattern in place.logs:
        for path in sorted(glob.glob(str(Path(glob.escape(str(folder))) / pattern))):  # noqa: PTH207
            yield Path(path)


def _found(place: Place, folder: Path, paths: tuple[Path, ...]) -> FoundLogs | None:
    try:
        files = discover(paths).files if paths else []
    except BadInputError:
        # Folders without a log in them.
        return None
    stats = []
    for file in files:
        try:
            stats.append(file.path.stat())
        except OSError:
            continue
    if not stats:
        return None
    return FoundLogs(
        tool=place.tool,
        folder=folder,
        paths=paths,
        file_count=len(stats),
        bytes=sum(stat.st_size for stat in stats),
        changed_at=datetime.fromtimestamp(max(stat.st_mtime for stat in stats), UTC),
    )
