"""``tokenhouse completion``: what a shell needs to complete commands and options."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

__all__ = ["completion"]

_CLASSES = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(_CLASSES)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion of commands and options for a shell.

    \b
    eval "$(tokenhouse completion bash)"          for this shell
    tokenhouse completion bash > ~/.local/share/bash-completion/completions/tokenhouse
    tokenhouse completion zsh > "${fpath[1]}/_tokenhouse"
    tokenhouse completion fish > ~/.config/fish/completions/tokenhouse.fish
    """
    root = ctx.find_root().command
    click.echo(_CLASSES[shell](root, {}, "tokenhouse", "_TOKENHOUSE_COMPLETE").source())
