"""``tokenhouse serve``: BI tools connect to the embedded warehouse, read-only."""

from pathlib import Path

import click

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8123, show_default=True, help="Port; 0 takes a free one.")
@click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Ask for the password in FILE; needed where others reach the host.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="A further name by which clients call this server.",
)
@click.option(
    "--all-databases", is_flag=True, help="Serve all layers but raw, not only marts and reference."
)
@click.option(
    "--database",
    "databases",
    multiple=True,
    metavar="NAME",
    help="Serve this layer, too; raw holds the texts of the logs.",
)
@click.option(
    "--accept",
    "accepts",
    is_flag=True,
    help="Take traces, experiments, cohorts and export requests: a line in the landing directory "
    "each.",
)
@click.option("--open", "opens_browser", is_flag=True, help="Open a browser on it.")
def serve(
    *,
    host: str,
    port: int,
    password_file: Path | None,
    allowed_hosts: tuple[str, ...],
    all_databases: bool,
    databases: tuple[str, ...],
    accepts: bool,
    opens_browser: bool,
) -> None:
    """Serve the marts read-only to BI tools, notebooks and agents, over ClickHouse's HTTP protocol.

    Readers see the warehouse as the last successful build left it. They never wait for a build, and
    a build never waits for them; newer builds show up by themselves.

    \b
    tokenhouse serve
    curl 'http://127.0.0.1:8123/?query=select+count()+from+run_analytics'
    tokenhouse serve --host 0.0.0.0 --password-file password.txt --allowed-host bi.example.com
    """
    from orchestration.serving.server import serve as run
    from orchestration.serving.server import served_databases

    run(
        host=host,
        port=port,
        password_file=password_file,
        allowed_hosts=allowed_hosts,
        databases=served_databases(all_databases, databases),
        accepts=accepts,
        opens_browser=opens_browser,
    )
