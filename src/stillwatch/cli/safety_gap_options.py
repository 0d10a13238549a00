"""Options that the commands about the safety gap share: which models, and who judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.querying.client import Client
    from stillwatch.attribution.safety_gap.judges.contract import Judge

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)
RULES: Final = "rules"


def model_options(name: str, what: str) -> Callable[[_Decorated], _Decorated]:
    """Adds ``--NAME``, ``--NAME-model``, ``--NAME-key-env``, ``--NAME-key-file`` and ``--NAME-dialect``."""
    options = (
        click.option(f"--{name}", required=True, metavar="URL", help=f"Base address of {what}."),
        click.option(f"--{name}-model", required=True, metavar="NAME", help="Its name there."),
        click.option(f"--{name}-key-env", default="", metavar="VAR", help="Variable with the key to it."),
        click.option(
            f"--{name}-key-file", default="", metavar="FILE", help="File (0600) with the key to it."
        ),
        click.option(
            f"--{name}-dialect",
            type=click.Choice(["chat", "completions"]),
            default="chat",
            show_default=True,
            help="How it is spoken to.",
        ),
    )

    def decorate(decorated: _Decorated) -> _Decorated:
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def client_of(
    name: str, options: dict[str, Any], *, parallel: int, timeout_s: float, most: int = 0
) -> Client:
    """The client of a model that ``model_options`` named.

    Args:
        name: as given to ``model_options``.
        options: what click passed.
        parallel: questions that are out at the same time.
        timeout_s: seconds an answer may take.
        most: the most requests; 0 for no limit.

    Raises:
        StillwatchError: the address or the key cannot be used.
    """
    from stillwatch.attribution.querying.client import Client
    from stillwatch.attribution.querying.endpoint import Dialect, Endpoint

    endpoint = Endpoint(
        name,
        options[name],
        options[f"{name}_model"],
        Dialect(options[f"{name}_dialect"]),
        options[f"{name}_key_env"],
        options[f"{name}_key_file"],
        timeout_s,
        parallel,
    )
    return Client(endpoint, most_requests=most)


def judge_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--judge`` and what a judge model needs; read them with `judge_of`."""
    options = (
        click.option(
            "--judge",
            default=RULES,
            show_default=True,
            metavar="rules|URL",
            help="Who judges: the rules that ship, or a model of yours at this base address.",
        ),
        click.option("--judge-model", default="", metavar="NAME", help="Its name there."),
        click.option("--judge-key-env", default="", metavar="VAR", help="Variable with the key to it."),
        click.option("--judge-key-file", default="", metavar="FILE", help="File (0600) with the key to it."),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def judge_of(options: dict[str, Any]) -> Judge:
    """The judge that ``judge_options`` named.

    Raises:
        StillwatchError: SW-SAFE-15 a model is named halfway; its address or key cannot be used.
    """
    from stillwatch.attribution.safety_gap.judges.model import ModelJudge
    from stillwatch.attribution.safety_gap.judges.rules import RuleJudge

    url, model = options["judge"], options["judge_model"]
    if (url == RULES) != (not model):
        raise StillwatchError(
            "a judge model needs its address and its name",
            code="SW-SAFE-15",
            where="--judge",
            hint="give --judge URL and --judge-model NAME, or --judge rules alone",
        )
    if url == RULES:
        return RuleJudge()
    return ModelJudge(client_of("judge", options | {"judge_dialect": "chat"}, parallel=1, timeout_s=60.0))
