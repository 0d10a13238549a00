"""Writes the reference pages that are read off the code, so that they cannot say something else than it does.

``python -m docs.generate`` writes them; ``make docs`` does so before it builds; a test compares.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from docs.attribution_tests_page import attribution_tests_page
from docs.figures_page import figures_page
from docs.hub_reference import hub_page
from docs.metrics_page import metrics_page
from docs.stix_page import stix_page

from stillwatch.cli.frame import root
from stillwatch.core.decision import Action, Limits
from stillwatch.core.exchange import FIELDS, REQUIRED
from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.received import MOST
from stillwatch.detection.weighing.scales import GIVEN, learned
from stillwatch.enforcement.facts import FIELDS as NAMES
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.enforcement.gateways.registry import gateways
from stillwatch.enforcement.gateways.site import Site
from stillwatch.enforcement.rulebook import Brakes, OnError
from stillwatch.logs.registry import formats
from stillwatch.node.api import routes
from stillwatch.range.baselines import baselines
from stillwatch.range.catalogue import KINDS, listed
from stillwatch.settings import fields

if TYPE_CHECKING:
    from stillwatch.detection.contract import Detector
    from stillwatch.node.routes import Body, Field

DOCS = Path(__file__).parent
SOURCE = DOCS.parent / "src" / "stillwatch"
_CODE = re.compile(r"SW-[A-Z]+-\d\d")
_NOTICE = "<!-- Written by `python -m docs.generate`; change the code, not this page. -->\n"


def writers() -> dict[str, Callable[[], str]]:
    """What writes each generated page, by its path under ``docs/``."""
    return {
        "reference/cli.md": cli_page,
        "reference/settings.md": settings_page,
        "reference/exchange.md": exchange_page,
        "reference/formats.md": formats_page,
        "reference/detectors.md": detectors_page,
        "reference/attribution-tests.md": attribution_tests_page,
        "reference/baselines.md": baselines_page,
        "reference/range.md": range_page,
        "reference/gateways.md": gateways_page,
        "reference/policy.md": policy_page,
        "reference/errors.md": errors_page,
        "reference/http-api.md": http_page,
        "reference/hub-http.md": hub_page,
        "reference/metrics.md": metrics_page,
        "reference/stix.md": stix_page,
        "reference/figures.md": figures_page,
    }


def page(name: str) -> str:
    """The text of one generated page."""
    return f"{_NOTICE}\n{writers()[name]().rstrip()}\n"


def cli_page() -> str:
    """Every command's help, as ``--help`` prints it."""
    parts = ["# Commands\n\nReports go to standard output, words and progress to standard error."]
    for words, command in _commands():
        with click.Context(command, info_name=words, terminal_width=90, max_content_width=90) as context:
            context.help_option_names = ["-h", "--help"]
            command._help_option = None  # click keeps the one it made first, whatever it was called then
            parts.append(f"## {words}\n\n```text\n{command.get_help(context).rstrip()}\n```")
    return "\n\n".join(parts)


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Each command with the words that call it, groups before what they hold."""

    def walk(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                if below is not None and not below.hidden:
                    yield from walk(f"{words} {name}", below)

    return walk("stillwatch", root)


_SETTINGS = """\
# Settings

None is needed. A setting is looked for in this order, and the first found wins:

1. the file named by `--config`
2. the environment: `STILLWATCH_` and the name in capitals, such as `STILLWATCH_THREADS`; or the same with
   `_FILE` at its end, naming a file that holds the value
3. `stillwatch.toml` in the current folder
4. `stillwatch/stillwatch.toml` in the XDG configuration folder (`~/.config` unless set otherwise)

`stillwatch config show` prints each value and where it came from. An unknown name is an error with the
nearest right name. Relative paths in a file are relative to that file.

| setting | what it is | default | takes | changes verdicts |
|---|---|---|---|---|
{rows}

The settings that change verdicts go into a short digest, `config_digest` in `summary.json`: two runs with one
digest judged by the same settings.
"""

_COMPUTED_DEFAULTS = {
    "key_file": "`stillwatch/pseudonym.key` in the XDG data folder",
    "ledger_key": "`stillwatch/ledger.key` in the XDG data folder",
    "retained_dir": "`stillwatch/retained` in the XDG data folder",
    "retention_key": "`stillwatch/retention.key` in the XDG data folder",
    "cases": "`cases.sqlite` in the node's folder",
    "assist_key_file": "`stillwatch/assist.key` in the XDG configuration folder",
    "assist_url": "none",
    "assist_model": "none",
    "threads": "the processors it may use",
    "memory_gib": "half of the machine's memory",
}


def settings_page() -> str:
    """Every setting with its default, its range and its variable."""
    rows = []
    for field in fields():
        default = _COMPUTED_DEFAULTS.get(field.name) or f"`{field.default}`"
        allowed = field.metadata["allowed"] or "a path"
        verdicts = "yes" if field.metadata["detection"] else "no"
        rows.append(f"| `{field.name}` | {field.metadata['help']} | {default} | {allowed} | {verdicts} |")
    return _SETTINGS.format(rows="\n".join(rows))


_EXCHANGE = """\
# Canonical exchange

One exchange is one request to the model and its answer. Every log format is read into these fields; the
format `canonical` is a file of them, one JSON object a line. Fields not listed here are left out when a
log is read. A field that is missing or null is *no evidence*: it never counts as zero.

| field | required | what it is |
|---|---|---|
{rows}

`messages` may be an empty list where the log carries no bodies.
"""


def exchange_page() -> str:
    """The canonical exchange, field by field."""
    rows = [
        f"| `{name}` | {'yes' if name in REQUIRED else 'no'} | {meaning} |"
        for name, meaning in FIELDS.items()
    ]
    return _EXCHANGE.format(rows="\n".join(rows))


_FORMATS = """\
# Log formats

A format is recognised by content; `--format NAME` overrides that. `stillwatch formats` prints the same list
with what each format supplies. No format carries everything, and detectors that need a missing field
stay silent.

| format | what it reads | account | lacks |
|---|---|---|---|
{rows}
"""


def formats_page() -> str:
    """Every log format with what it cannot supply."""
    rows = []
    for name, each in sorted(formats().items()):
        lacks = ", ".join(f"`{field}`" for field in FIELDS if field not in each.supplies) or "nothing"
        account = "`--account` or `--account-from`" if each.needs_account else "in the log"
        rows.append(f"| `{name}` | {each.title} | {account} | {lacks} |")
    return _FORMATS.format(rows="\n".join(rows))


_DETECTORS = """\
# Detectors

Each detector looks for one thing and gives evidence in decibans, with a sentence. No detector
decides alone; how their evidence becomes a verdict is told in [Scoring](../explanation/scoring.md).
"""


def detectors_page() -> str:
    """Every detector's own words: what it sees, who looks alike, what evades it."""
    parts = [_DETECTORS.rstrip()]
    for name, each in detectors().items():
        words = inspect.getdoc(sys.modules[type(each).__module__]) or ""
        needs = ", ".join(f"`{field}`" for field in FIELDS if field in each.needs) or "nothing"
        rests_on = "".join(f"\n- {reference}" for reference in each.references) or " nothing published"
        facts = f"Looks at: {each.aspect}. Needs: {needs}. {_weighs(each)} Rests on:\n{rests_on}"
        parts.append(f"## {name}\n\n{_as_markdown(words)}\n\n{facts}")
    return "\n\n".join(parts)


def _weighs(detector: Detector) -> str:
    """Which way its figure speaks, and between which bounds it weighs by each scorecard."""
    more = "More" if detector.rises else "Less"
    if detector.name in GIVEN:
        return f"{more} of it speaks for a campaign. Decibans: 0 to {MOST:.0f}, as it says itself; nothing is fitted."
    bounds = []
    for kind, words in _KINDS.items():
        card = learned().cards[kind]
        if detector.name in card.scales:
            least, most = card.scales[detector.name].bounds
            bounds.append(f"{words} {least:.1f} to {most:.1f}")
    return f"{more} of it speaks for a campaign. Decibans: {', '.join(bounds) or 'not fitted'}. {_adds(detector.name)}"


def _adds(name: str) -> str:
    """How well campaigns are told from honest candidates of unseen training worlds without the detector."""
    card = learned().card
    told = [
        f"{words} {card[f'without_{kind}'][name]:.3f} (with all: {card[f'{kind}_unseen_world']['auroc']:.3f})"
        for kind, words in _KINDS.items()
        if name in learned().cards[kind].scales
    ]
    return f"Area under the curve on unseen worlds when it is left out: {', '.join(told)}."


_KINDS = {
    "known": "against new communities",
    "cold": "without a history",
    "crew": "among crews",
    "cold_crew": "among crews without a history",
}


_BASELINES = """\
# Baselines

What `stillwatch range run` measures Stillwatch against. Each is a published method, or a practice, carried over to
account logs and tuned on the validation split: knobs and threshold with the highest recall at a precision of at least
95 %, or with the highest F1 where none reaches that. The chosen values stand in `range/baselines/tuned.toml`.
"""


def baselines_page() -> str:
    """Every baseline's own words: what it looks at, how it is used here, what it is known to miss."""
    parts = [_BASELINES.rstrip()]
    for name, each in baselines().items():
        words = inspect.getdoc(sys.modules[type(each).__module__]) or ""
        knobs = "\n".join(_knob(knob, value, each.grid.get(knob, ())) for knob, value in each.knobs.items())
        references = "\n".join(f"- {reference}" for reference in each.references)
        table = f"| knob | default | tried when tuned |\n|---|---|---|\n{knobs}"
        parts.append(f"## {name}\n\n{_as_markdown(words)}\n\nRests on:\n\n{references}\n\n{table}")
    return "\n\n".join(parts)


def _knob(name: str, default: object, tried: tuple[object, ...]) -> str:
    """A row of a baseline's table of knobs."""
    return f"| `{name}` | `{default}` | {', '.join(f'`{value}`' for value in tried) or 'no'} |"


def _as_markdown(docstring: str) -> str:
    """A docstring's inline code marks as Markdown's; indented blocks stay what they are."""
    return docstring.replace("``", "`").strip()


_GATEWAYS = """\
# Gateways

How to set one up is told in [Put a gateway under Stillwatch](../how-to/gateways/overview.md). What a gateway cannot
carry out itself reaches the inference server as headers: `X-Stillwatch-Action`, `X-Stillwatch-Limits` (JSON) and
`X-Stillwatch-Profile`.

## The site's file

TOML; the outermost keys hold for every gateway, those of a table named like the gateway for it alone. Relative paths
are relative to the file. `[identity]` and `[GATEWAY.identity]` name headers, in any case.

| key | what it is | default |
|---|---|---|
{site}

| `identity.` | names the header with | default |
|---|---|---|
{identity}
"""

_IDENTITY = {
    "account": "the account",
    "organization": "the organisation",
    "api_key": "the API key, as decisions name it",
    "address": "the client's address, if a proxy of yours writes it; else the peer counts",
    "asn": "the number of the autonomous system",
    "country": "the country, two letters",
    "key_in_authorization": "`true` takes the key from `Authorization` or `x-api-key`; decisions name its SHA-256",
}


def gateways_page() -> str:
    """Every gateway's own words and what it can carry out; the keys of a site's file."""
    told = dict(re.findall(r"(?m)^    (\w+): (.+)$", inspect.getdoc(Site) or ""))
    site, identity = Site(), HeaderIdentity()
    rows = [
        f"| `{name}` | {_as_markdown(told[name]).rstrip('.')} | `{getattr(site, name)!s}` |"
        for name in told
        if name not in ("identity", "ahead_s")
    ]
    headers = [f"| `{name}` | {words} | `{getattr(identity, name)!s}` |" for name, words in _IDENTITY.items()]
    parts = [
        _GATEWAYS.format(site="\n".join(rows), identity="\n".join(headers)).rstrip().replace("``", "none")
    ]
    for name, each in sorted(gateways().items()):
        words = _as_markdown(inspect.getdoc(sys.modules[type(each).__module__]) or "")
        actions = "\n".join(f"| {action} | {how} |" for action, how in each.can.actions.items())
        limits = ", ".join(f"`{limit}`" for limit in sorted(each.can.limits)) or "none"
        scopes = ", ".join(f"`{scope}`" for scope in sorted(each.can.scopes))
        facts = f"Carries out itself: {limits}. Knows values of kind {scopes}."
        parts.append(f"## {name}\n\n{words}\n\n{facts}\n\n| action | how |\n|---|---|\n{actions}")
    return "\n\n".join(parts)


_RANGE = """\
# The range in tables

What `stillwatch range make` can be asked for; `stillwatch range list --kind KIND` prints the same. What is real in a
world and what it cannot show is told in the [datasheet](../explanation/datasheet.md).
"""

_RANGE_HEADS = {
    "worlds": "Named with `--world`. `NAME-history` is the time before, for `--baseline`.",
    "families": "What is harvested, named with `--campaign FAMILY`. Each occurs in one split.",
    "tactics": "How accounts hide, named with `--campaign FAMILY@TACTIC`. Each occurs in one split.",
    "archetypes": "Honest people, in every world, with their share; new communities are founded inside the window.",
    "knobs": "Turned with `--campaign FAMILY:KNOB=VALUE` or `--set [camp-NN.]KNOB=VALUE`.",
    "formats": "Named with `--format`, and what the product does not log.",
}


def range_page() -> str:
    """Everything a world can be made of, as tables."""
    parts = [_RANGE.rstrip()]
    for kind in KINDS:
        rows = listed(kind)
        head = " | ".join(rows[0])
        lines = [f"| {head} |", "|" + "---|" * len(rows[0])]
        lines += ["| " + " | ".join((f"`{row['name']}`", *list(row.values())[1:])) + " |" for row in rows]
        parts.append(f"## {kind.capitalize()}\n\n{_RANGE_HEADS[kind]}\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


_POLICY = """\
# Policy files

A policy is one YAML file that people read: no aliases, no name twice, at most a megabyte.
[Write a policy](../how-to/write-a-policy.md) leads through it; `stillwatch policy check` tells what is wrong.

## The file

| name | what it is | unless given |
|---|---|---|
| `version` | of this format: 1 | 1 |
| `name` | for people | none |
| `brakes` | `accounts` and `traffic`: share a rule may act on within an hour, 0 to 1 | {accounts}, {traffic} |
| `allow_list` | lines with `account` or `organization`, `owner` and `reason`: never acted on | none |
| `restricted_regions` | countries (ISO 3166-1 alpha-2) that are not served | none |
| `rules` | a list of rules | needed |

## A rule

| name | what it is | unless given |
|---|---|---|
| `id` | small letters, digits, dots, hyphens and underscores | needed |
| `when` | the condition, in CEL | needed |
| `action` | {actions} | needed |
| `ttl` | how long: `30m`, `6h`, `1d12h`; ten years (`3650d`) at most | needed |
| `reason` | one sentence that the decision carries | needed |
| `scope` | whom it decides about: `account`, `organization`, or `campaign` for every account of it | `account` |
| `priority` | a whole number; the higher one wins | 0 |
| `mode` | `shadow` or `enforce`; counts only with a promotion of the rule as it stands | `shadow` |
| `promoted` | written by `stillwatch policy promote`: `by`, `at`, `digest` | none |
| `on_error` | where the condition cannot be evaluated: {on_error} | `last_known` |
| `limits` | {limits} | none |
| `escalation` | later times: lines with `ttl`, and `action` or `limits` where they change | none |

## Names in conditions

A name with a guard may be missing: ask `has(…)` for the guard, or any name of that group, first. Divide by plain
numbers only. Functions: `size`, `contains`, `startsWith`, `endsWith`, `matches`, `exists`, `exists_one`, `all`,
`filter`, `map`, `int`, `double`, `string`.

| name | type | guard | what it is |
|---|---|---|---|
{names}
"""


def policy_page() -> str:
    """What a policy file may say, and the names of its conditions."""
    names = []
    for path, field in NAMES.items():
        guard = f"`{field.guard}`" if field.guard else ""
        names.append(f"| `{path}` | {field.kind}{_values(field.values)} | {guard} | {field.meaning} |")
    usual = Brakes()
    return _POLICY.format(
        accounts=f"{usual.accounts:g}",
        traffic=f"{usual.traffic:g}",
        actions=", ".join(f"`{action}`" for action in Action),
        on_error=", ".join(f"`{each}`" for each in OnError),
        limits=", ".join(f"`{name}`" for name in Limits.__dataclass_fields__),
        names="\n".join(names),
    )


def _values(values: tuple[str, ...]) -> str:
    """The only values there are, in brackets."""
    return f" ({', '.join(values)})" if values else ""


_ERRORS = """\
# Errors

An error is printed to standard error as one sentence with its code, the place, and what to do:

```text
error[SW-CFG-01]: `thread` is no setting
  --> site.toml:2
  help: did you mean `threads`?
```

`…` stands for what differs from case to case. What a status means is told in [Exit codes](exit-codes.md).

| code | sentence |
|---|---|
{rows}
"""


def errors_page() -> str:
    """Every error code with the sentences it stands for."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for code, sentence in _coded(node):
                found.setdefault(code, set()).add(sentence)
    rows = [f"| `{code}` | {'<br>'.join(sorted(found[code]))} |" for code in sorted(found)]
    return _ERRORS.format(rows="\n".join(rows))


def _coded(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Code and sentence where a node is an error being made, or an entry of a table of errors."""
    match node:
        case ast.Tuple(elts=[ast.Constant() as code, message, *_]):
            yield from _pair(code, message)
        case ast.Call(args=[first, *others], keywords=keywords):
            if others:
                yield from _pair(first, others[0])
            named = (keyword.value for keyword in keywords if keyword.arg == "code")
            for code in (*others, *named):
                yield from _pair(code, first)


def _pair(code: ast.expr, message: ast.expr) -> Iterator[tuple[str, str]]:
    """The pairs, if the code can be read off the source; a choice by one condition pairs branch with branch."""
    match code, message:
        case ast.IfExp(), ast.IfExp() if ast.dump(code.test) == ast.dump(message.test):
            yield from _pair(code.body, message.body)
            yield from _pair(code.orelse, message.orelse)
        case ast.IfExp(), _:
            yield from _pair(code.body, message)
            yield from _pair(code.orelse, message)
        case ast.Constant(), ast.IfExp():
            yield from _pair(code, message.body)
            yield from _pair(code, message.orelse)
        case ast.Constant(value=str(name)), _ if _CODE.fullmatch(name):
            yield name, _sentence(message)


def _sentence(message: ast.expr) -> str:
    """A message with ``…`` for what is filled in at run time."""
    match message:
        case ast.Constant(value=str(words)):
            text = words
        case ast.JoinedStr(values=values):
            text = "".join(str(value.value) if isinstance(value, ast.Constant) else "…" for value in values)
        case ast.BinOp(left=left, right=right):
            text = _sentence(left) + _sentence(right)
        case _:
            text = "…"
    return " ".join(re.sub("…+", "…", text).replace("|", "\\|").split())


def http_page() -> str:
    """Every endpoint of the node, from the table that the node itself is made of."""
    parts = [
        (
            "# HTTP API of the node\n\n`stillwatch serve` answers these. The same as an OpenAPI document: "
            "`GET /openapi.json`. [Run a node](../how-to/serve.md) tells how they are used.\n\n"
            'Errors are JSON, `{"error": {"code", "message", "hint"}}`, with codes of the '
            "[list of errors](errors.md). Where a node was started with `--tokens`, a request carries "
            "`Authorization: Bearer TOKEN`; the scope named below is what the token needs, and `admin` holds all "
            "of them. Without a valid token the answer is 401, without the scope 403."
        )
    ]
    for route in routes():
        scope = f"Scope `{route.right}`." if route.right else "Open to everybody."
        parts.append(f"## {route.method} {route.path}\n\n{route.summary}. {scope}")
        if route.parameters:
            rows = [f"| `{f.name}` | {f.where} | {_told(f)} |" for f in route.parameters]
            parts.append("\n".join(["| parameter | in | |", "|---|---|---|", *rows]))
        parts += [_body("Takes", route.takes)] if route.takes else []
        parts += [_body("Answers", route.gives)] if route.gives else []
        if route.fails:
            parts.append("\n".join(f"- {status}: {words}" for status, words in sorted(route.fails.items())))
    return "\n\n".join(parts)


def _body(verb: str, body: Body) -> str:
    """What a request or an answer carries."""
    told = f"{verb} {body.about} ({', '.join(f'`{media}`' for media in body.media)})."
    rows = [f"| `{field.name}` | {field.kind} | {_told(field)} |" for field in body.fields]
    return f"{told}\n\n" + "\n".join(["| member | type | |", "|---|---|---|", *rows]) if rows else told


def _told(field: Field) -> str:
    """A field in words."""
    words = [field.about] if field.about else []
    words += [f"one of {', '.join(f'`{choice}`' for choice in field.choices)}"] if field.choices else []
    return "; ".join(words)


def main() -> None:
    """Writes every generated page whose text has changed."""
    for name in writers():
        path, text = DOCS / name, page(name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
