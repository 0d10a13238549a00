"""Finds the commands in a folder without importing them, so that help and completion stay fast."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

_DEFINES_COMMAND = re.compile(r"^(def command\(|command\b[^\n]*=)", re.MULTILINE)
_FIRST_WORDS = re.compile(r'\A"""(.*?)(?:"""|$)', re.MULTILINE)


def summaries(folder: Path) -> dict[str, str]:
    """Command name to one-line help, for each module of a folder that binds ``command`` at its outermost level.

    Modules are read, neither run nor parsed: what a command imports is paid for only by whoever runs it, and parsing
    them all takes a quarter of the time that help may take.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        if _DEFINES_COMMAND.search(source):
            words = _FIRST_WORDS.match(source)
            found[path.stem.replace("_", "-")] = words[1] if words else ""
    return found


class FolderGroup(click.Group):
    """A group whose commands are the modules of a package, each imported only when it is asked for.

    Args:
        package: dotted name of the package that holds the command modules.
        folder: where that package lies.
        settings: what any click group takes.
    """

    def __init__(self, *, package: str, folder: Path, **settings: Any) -> None:
        super().__init__(**settings)
        self._package = package
        self._folder = folder
        self._summaries: dict[str, str] | None = None

    @property
    def summaries(self) -> Mapping[str, str]:
        """Command name to one-line help, read from the folder once."""
        if self._summaries is None:
            self._summaries = summaries(self._folder)
        return self._summaries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click passes it)
        """The commands' names, in alphabetical order."""
        return sorted(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click passes it)
        """The command of that name, its module imported now; None where there is none."""
        if cmd_name not in self.summaries:
            return None
        module = importlib.import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command meant by the first word; a misspelt one is answered with the nearest name."""
        name = args[0]
        is_option = name.startswith("-")
        if not is_option and name not in self.summaries and not ctx.resilient_parsing:
            raise click.NoSuchCommand(name, possibilities=self.summaries, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists each command with its module's first docstring line."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summaries[name]) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Completes command names from the folder, options as click does."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=self.summaries[name]) for name in names]
        return items + click.Command.shell_complete(self, ctx, incomplete)
