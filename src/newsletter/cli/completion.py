"""`newsletter completion`: what a shell needs to complete commands, options and the names of issues."""

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print a script that sets up completion in your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    r"""Print the script that lets SHELL complete commands, options and the names of issues.

    Put the line for your shell into its startup file:

    \b
    bash, in ~/.bashrc:  eval "$(newsletter completion bash)"
    zsh, in ~/.zshrc:    eval "$(newsletter completion zsh)"
    fish, in ~/.config/fish/config.fish:  newsletter completion fish | source

    Example: newsletter completion bash
    """
    completer = get_completion_class(shell)
    assert completer is not None  # noqa: S101 - click knows each of these shells
    click.echo(completer(ctx.find_root().command, {}, "newsletter", "_NEWSLETTER_COMPLETE").source())
