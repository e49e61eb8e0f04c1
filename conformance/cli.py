"""The command line; each command is imported only when it is called, so that help is quick."""

from __future__ import annotations

import importlib
import os
import sys

import click

from conformance import __version__
from conformance.errors import ConfigurationError

COMMANDS = {
    "demo": "Judge the built-in reference supplier and write the report.",
    "init": "Write a target file to fill in, or what a build server needs.",
    "check": "Prove a target file before anything is judged.",
    "run": "Judge an installation and write the reports.",
    "show": "List the requirements of a profile.",
    "explain": "Tell what one requirement demands and how it is tested.",
    "report": "Write a report of a finished run.",
    "compare": "Compare finished runs: what is new, solved or flaky.",
    "cleanup": "Remove what a run left behind on the target.",
    "serve": "Serve the reference supplier as a sandbox.",
    "neighbours": "Serve the neighbours that a target may call.",
    "schema": "Print the JSON Schema of a target file, a waiver file, a run record or an export.",
    "completion": "Print the completion script for a shell.",
}

EXIT_CONFIGURATION, EXIT_OURS = 3, 4


class Lazy(click.Group):
    """A group that knows the names of its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which a user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"conformance.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="conformance")
def application() -> None:
    """Judge whether a product conforms to a VNG API standard.

    Exit codes: 0 voldoet, 1 voldoet niet, 2 niet vast te stellen, 3 configuration wrong, 4 our own error.
    """


def main() -> None:
    """Run the command line; a configuration error is one line, never a traceback."""
    try:
        code = application.main(standalone_mode=False)
    except ConfigurationError as fault:
        _leave(f"Error: {fault}", EXIT_CONFIGURATION)
    except click.ClickException as fault:
        fault.show()
        sys.exit(EXIT_CONFIGURATION)
    except (click.Abort, KeyboardInterrupt):
        _leave("Stopped.", 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as fault:
        if os.environ.get("CONFORMANCE_DEBUG"):
            raise
        told = f"Error in the suite itself: {type(fault).__name__}: {fault}"
        _leave(f"{told}\nSet CONFORMANCE_DEBUG=1 to see where, and please report it.", EXIT_OURS)
    sys.exit(code if isinstance(code, int) else 0)


def _leave(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)
