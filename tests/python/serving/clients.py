"""Real clients that are not in the lock file, each in a folder of the user's cache."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from programs import find_program

AXE = "axe-core@4.14.1"
NODE_CLIENT = "@clickhouse/client@1.23.1"
MCP_SERVER = "mcp-clickhouse==0.7.0"
GRAFANA_TYPES = ("@grafana/schema@13.2.3", "typescript@7.0.2")
API_CHECKER = "schemathesis==4.32.5"
INSTALLER = "uv==0.13.9"
INSTALL_SECONDS = 300
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "tokenhouse_clients"


def node_modules() -> Path:
    """Install the Node client, or skip."""
    folder = CACHE / "node"
    folder.mkdir(parents=True, exist_ok=True)
    npm = find_program("npm", install="apt-get install npm")
    if not (folder / "node_modules" / "@clickhouse" / "client").is_dir():
        _install([npm, "install", "--no-audit", "--no-fund", "--prefix", folder, NODE_CLIENT])
    return folder / "node_modules"


def axe_script() -> Path:
    """Fetch the checker of accessibility, or skip."""
    npm = find_program("npm", install="apt-get install npm")
    folder = CACHE / "axe"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _install([npm, "install", "--no-audit", "--no-fund", "--prefix", folder, AXE])
    return script


def grafana_types() -> Path:
    """Install Grafana's types and the compiler that checks against them, or skip."""
    npm = find_program("npm", install="apt-get install npm")
    folder = CACHE / "grafana"
    modules = folder / "node_modules"
    if not (modules / ".bin" / "tsc").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _install([npm, "install", "--no-audit", "--no-fund", "--prefix", folder, *GRAFANA_TYPES])
    return modules


def mcp_python() -> Path:
    """Install the MCP server into an environment of its own, or skip."""
    return _environment("mcp", MCP_SERVER) / "python"


def api_checker() -> Path:
    """Install the checker of OpenAPI descriptions into an environment of its own, or skip."""
    return _environment("schemathesis", API_CHECKER) / "schemathesis"


def installer() -> Path:
    """Install uv into an environment of its own, or skip."""
    return _environment("uv", INSTALLER) / "uvx"


def _environment(name: str, package: str) -> Path:
    folder = CACHE / name
    done = folder / "installed"
    if not done.exists():
        _install([sys.executable, "-m", "venv", "--clear", folder])
        _install([folder / "bin" / "python", "-m", "pip", "install", "--quiet", package])
        done.touch()
    return folder / "bin"


def _install(command: list) -> None:
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
    )
    if result.returncode:
        pytest.skip(f"cannot be installed here: {result.stderr.strip()[-300:]}")
