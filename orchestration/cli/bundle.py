"""``tokenhouse bundle``: ready dashboards for BI tools."""

from pathlib import Path

import click

__all__ = ["bundle"]


@click.command()
@click.argument("tool", type=click.Choice(["superset", "grafana"]))
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the tool reads.")
@click.option("--port", default=8123, show_default=True, help="Its port.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write; TOOL.zip by default.",
)
def bundle(*, tool: str, host: str, port: int, output: Path | None) -> None:
    """Write a ready dashboard with its connection as a zip: for Superset or for Grafana.

    \b
    tokenhouse bundle superset --host bi.example.com   to be imported under Dashboards
    tokenhouse bundle grafana                          to be unpacked into Grafana's provisioning
    """
    from orchestration.bundles.grafana import grafana_bundle
    from orchestration.bundles.superset import superset_bundle
    from orchestration.cli.output import replacing

    made = {"superset": superset_bundle, "grafana": grafana_bundle}[tool](host, port)
    file = output or Path(f"{tool}.zip")
    with replacing(file) as opened:
        opened.write(made)
    click.echo(f"Wrote {file}.")
