"""Say what is wrong with a policy: typos, types, rules that always fire, are never reached or conflict."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.errors import ExitCode


@click.command(epilog="\b\nExample:\n  stillwatch policy check policy.yaml")
@click.argument("policy", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@json_option
def command(policy: Path, strict: bool, as_json: bool) -> ExitCode:
    """Say what is wrong with a policy.

    Everything is told at once, each with its line. The rules are also tried on made-up accounts: one that always
    fires or contradicts another is an error, one that never fires or is never reached a warning. Ends with status 2
    where the policy cannot be used.
    """
    from stillwatch.enforcement.policy_check import check  # deferred: help must not wait for CEL

    read, mistakes = check(policy)
    output = Output(as_json=as_json)
    bad = [mistake for mistake in mistakes if mistake.fatal or strict]
    if as_json:
        told = [
            {
                "line": each.line,
                "code": each.code,
                "message": each.message,
                "hint": each.hint,
                "fatal": each.fatal,
            }
            for each in mistakes
        ]
        rules = [{"id": rule.rule_id, "mode": rule.mode, "digest": rule.digest} for rule in read.rules]
        output.json({"policy": str(policy), "usable": not bad, "rules": rules, "mistakes": told})
        return ExitCode.USAGE if bad else ExitCode.DONE
    for each in mistakes:
        click.echo(f"{'error' if each.fatal else 'warning'}[{each.code}]: {each.message}")
        click.echo(f"  --> {policy}:{each.line}" + (f"\n  help: {each.hint}" if each.hint else ""))
    if read.rules:
        rows = [
            (rule.rule_id, rule.mode, rule.action, rule.priority, rule.scope, rule.digest)
            for rule in read.rules
        ]
        click.echo(table(("rule", "mode", "action", "priority", "about", "digest"), rows))
    output.say("the policy cannot be used" if bad else "the policy can be used")
    return ExitCode.USAGE if bad else ExitCode.DONE
