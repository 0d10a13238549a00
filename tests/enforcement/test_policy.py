import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.enforcement import located, policy_check
from stillwatch.enforcement.policy import Policy
from stillwatch.errors import StillwatchError

GOOD = """\
version: 1
brakes: {accounts: 0.02, traffic: 0.1}
allow_list:
  - {account: acct-hospital, owner: Support, reason: runs a hospital's triage}
restricted_regions: [XX]
rules:
  - id: block-attack
    when: verdict == 'attack' && score >= 0.99
    action: throttle
    ttl: 6h
    limits: {rate_per_minute: 2}
    escalation:
      - {ttl: 1d}
      - {ttl: 7d, action: block}
    reason: Called an attack by detection.
    priority: 10
    scope: campaign
    on_error: deny
  - id: prove-yourself
    when: >-
      verdict == 'watch' && has(organization.restricted) && organization.restricted
    action: verify
    ttl: 30d
    reason: Owned from a region that is not served.
"""
RULE = """\
rules:
  - id: r
    when: {when}
    action: {action}
    ttl: {ttl}
    reason: because
"""


@pytest.fixture
def checked(tmp_path):
    def run(text):
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return policy_check.check(path)

    return run


@pytest.fixture
def mistakes_of(checked):
    """The mistakes of a policy of one rule with this condition."""

    def run(when="verdict == 'attack'", action="block", ttl="1d", more=""):
        text = RULE.format(when=f'"{when}"', action=action, ttl=ttl) + more
        return [each.message for each in checked(text)[1]]

    return run


def test_a_good_policy_says_what_its_file_says(checked):
    policy, mistakes = checked(GOOD)
    assert mistakes == []
    first, second = policy.rules
    assert [(step.ttl, step.action) for step in first.steps] == [
        (6 * 3600.0, Action.THROTTLE),
        (86_400.0, Action.THROTTLE),
        (7 * 86_400.0, Action.BLOCK),
    ]
    assert (first.scope, first.priority, first.on_error) == (Scope.CAMPAIGN, 10, "deny")
    assert first.steps[1].limits == Limits(rate_per_minute=2.0)
    assert (policy.brakes.accounts, policy.brakes.traffic) == (0.02, 0.1)
    assert policy.restricted == {"XX"}
    assert policy.essential[0].value == "acct-hospital"
    assert second.scope is Scope.ACCOUNT


def test_a_new_rule_is_in_shadow_even_where_its_file_says_enforce(checked):
    policy, mistakes = checked(GOOD.replace("    priority: 10\n", "    priority: 10\n    mode: enforce\n"))
    assert policy.rules[0].wants is Mode.ENFORCE
    assert policy.rules[0].mode is Mode.SHADOW
    assert [(each.code, each.fatal) for each in mistakes] == [("SW-POL-45", False)]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("verdict ==", "is no condition: at character"),
        ("verdikt == 'attack'", "`verdikt` is no name here"),
        ("campaign.scor > 0.5", "`campaign.scor` is no name here"),
        ("campaign.score > 0.5", "`campaign.score` may be missing"),
        ("campaign == 'x'", "`campaign` is no value"),
        ("score > 'high'", "`score` is of type double"),
        ("verdict == 3", "`verdict` is of type string"),
        ("verdict == 'atack'", "`verdict` is never 'atack'"),
        ("score / 0 > 1", "divides by zero"),
        ("score % 0.0 > 1.0", "divides by zero"),
        ("1.0 / score > 3.0", "divides by `score`, which may be zero"),
        ("score", "gives float, not true or false"),
        ("frobnicate(score)", "`frobnicate` is no function"),
        ("score + account.id == 'x'", "values of different types"),
        ("evidence['novelty'] > 3.0", "is missing; ask"),
        ("models[3] == 'x'", "behind the end of a list"),
        ("true", "fires on every account"),
        ("score >= 0.0 || verdict == 'clear'", "fires on every account"),
        ("score > 2.0", "fired on none"),
        ("indicators > 0", "acts on indicators alone"),
    ],
)
def test_a_condition_that_cannot_work_is_told_with_its_reason(mistakes_of, when, words):
    found = mistakes_of(when)
    assert any(words in message for message in found), found


@pytest.mark.parametrize(
    "when",
    [
        "verdict == 'attack' && 'novelty' in evidence && evidence['novelty'] > 3.0",
        "models.exists(m, m.startsWith('big')) && verdict != 'clear'",
        "has(campaign.id) && campaign.exchanges * 2 > 100 && campaign.accounts / 2 >= 3",
        "verdict != 'clear' && indicators > 0",
        "(has(exemption.kind) ? exemption.kind == 'evaluation' : false) && score < 0.5",
        "verification == 'failed' && account.id.endsWith('x')",
    ],
)
def test_an_ordinary_condition_has_nothing_wrong_with_it(mistakes_of, when):
    assert mistakes_of(when) == []


def test_a_typo_is_told_with_its_line_and_the_nearest_name(checked):
    _, mistakes = checked(GOOD.replace("    reason: Called", "    reson: Called"))
    assert [(each.line, each.message) for each in mistakes] == [
        (7, "a rule needs `reason`"),
        (15, "a rule has no `reson`"),
    ]
    assert "`reason`" in mistakes[1].hint


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("action: verify", "action: blok", "cannot be 'blok'"),
        ("ttl: 30d", "ttl: 30 days", "is no duration"),
        ("ttl: 30d", "ttl: 0d", "is no duration"),
        ("ttl: 30d", "ttl: 9999999d", "longer than ten years"),
        ("{ttl: 1d}", "{ttl: 3651d}", "longer than ten years"),
        ("ttl: 30d", "ttl: 30", "must be a text"),
        ("priority: 10", "priority: high", "must be a whole number"),
        ("priority: 10", "priority: true", "must be a whole number"),
        ("rate_per_minute: 2", "rate_per_minute: 0", "must be above 0"),
        ("rate_per_minute: 2", "rate_per_minute: .inf", "must be above 0"),
        ("limits: {rate_per_minute: 2}", "limits: {}", "needs `limits"),
        ("accounts: 0.02", "accounts: 2", "at most 1"),
        ("account: acct-hospital, ", "", "either an `account`"),
        ("[XX]", "[Utopia]", "no country code"),
        ("version: 1", "version: 2", "version 1"),
        ("id: prove-yourself", "id: block-attack", "two rules named"),
        ("id: prove-yourself", "id: Prove Yourself", "no name of a rule"),
        ("scope: campaign", "scope: address", "cannot be 'address'"),
        ("version: 1", "version: 1\nversion: 1", "stands here twice"),
        ("on_error: deny", "on_error: explode", "cannot be 'explode'"),
    ],
)
def test_a_wrong_value_is_told(checked, old, new, words):
    assert old in GOOD
    _, mistakes = checked(GOOD.replace(old, new, 1))
    assert any(words in each.message for each in mistakes), mistakes
    assert any(each.fatal for each in mistakes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rules: [", "SW-POL-04"),
        ("a: &x 1\nb: *x", "SW-POL-03"),
        ("[" * 3000, "SW-POL-05"),
        ("x" * 1_000_001, "SW-POL-02"),
        ("\x00", "SW-POL-04"),
    ],
)
def test_what_is_no_yaml_for_people_is_refused(checked, text, code):
    with pytest.raises(StillwatchError) as caught:
        checked(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "rules: 7", "rules: [1, 2]", "rules: []", "? [a]\n: 1"]
)
def test_what_is_no_policy_is_told_and_never_crashes(checked, text):
    _, mistakes = checked(text)
    assert any(each.fatal for each in mistakes)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abr:- \n'[]{}&*!|>#1.0,truleswhn=", max_size=80))
def test_any_text_is_read_or_refused_in_words(text):
    from stillwatch.enforcement.policy_reading import policy_of

    try:
        values, mistakes = located.parse(text)
    except StillwatchError:
        return
    policy_of(values, "p", mistakes)


def test_rules_that_never_decide_and_rules_that_contradict_each_other_are_told(checked):
    def rule(name, when, action, priority):
        return f'  - {{id: {name}, when: "{when}", action: {action}, ttl: 1d, reason: x, priority: {priority}}}\n'

    _, mistakes = checked(
        "rules:\n"
        + rule("wide", "verdict != 'clear'", "block", 5)
        + rule("narrow", "verdict == 'attack' && score > 0.9", "verify", 1)
        + rule("let", "verdict == 'watch'", "allow", 5)
    )
    messages = [each.message for each in mistakes]
    assert "rule `narrow` is never reached: others always decide (wide, let)" in messages or (
        "rule `narrow` is never reached: others always decide (wide)" in messages
    )
    assert any("`wide` and `let` conflict: block and allow" in each for each in messages)


def test_a_place_alone_blocks_only_briefly(mistakes_of):
    place = "has(place.country) && place.country == 'XX'"
    assert mistakes_of(place, ttl="2d") == []
    assert "because of a place alone" in mistakes_of(place, ttl="30d")[0]
    escalating = "    escalation: [{ttl: 2d}]\n"
    assert "because of a place alone" in mistakes_of(place, ttl="2d", more=escalating)[0]
    assert mistakes_of(place + " && verdict == 'attack'", ttl="30d") == []


def test_loading_stops_at_the_first_fatal_mistake_and_says_how_many_there_are(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD.replace("verdict ==", "verdikt ==").replace("ttl: 30d", "ttl: never"))
    with pytest.raises(StillwatchError, match="verdikt") as caught:
        Policy.load(path)
    assert caught.value.where == f"{path}:8"
    with pytest.raises(StillwatchError, match="cannot be read"):
        Policy.load(tmp_path / "none.yaml")


BLOCK, VERIFY, ALLOW = "action: block", "action: verify", "action: allow"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (BLOCK, VERIFY, [("SW-POL-46", "`two` is never reached: others always decide (one)")]),
        (VERIFY, BLOCK, [("SW-POL-46", "`one` is never reached: others always decide (two)")]),
        (VERIFY, VERIFY, []),
        (VERIFY + ", priority: 5", BLOCK, [("SW-POL-46", "`two` is never reached")]),
        (ALLOW + ", priority: 5", BLOCK, [("SW-POL-46", "`two` is never reached")]),
        (ALLOW, BLOCK + ", priority: 5", [("SW-POL-46", "`one` is never reached")]),
        (ALLOW, BLOCK, [("SW-POL-47", "`one` and `two` conflict: allow and block")]),
        (BLOCK, ALLOW, [("SW-POL-47", "`one` and `two` conflict: block and allow")]),
        (ALLOW, ALLOW, []),
        (BLOCK, VERIFY + ", scope: campaign", []),
    ],
)
def test_rules_that_always_lose_or_want_opposite_things_are_told(checked, first, second, expected):
    rule = "  - {{id: {}, when: \"verdict == 'attack'\", ttl: 1d, reason: because, {}}}\n"
    _, mistakes = checked("rules:\n" + rule.format("one", first) + rule.format("two", second))
    assert [each.code for each in mistakes] == [code for code, _ in expected]
    for mistake, (code, words) in zip(mistakes, expected, strict=True):
        assert words in mistake.message
        assert mistake.fatal is (code == "SW-POL-47")


@pytest.mark.parametrize(
    ("limits", "codes"), [("", ["SW-POL-27"]), ("limits: {}", ["SW-POL-27"]), ("limits: {max_tokens: 9}", [])]
)
def test_a_degrade_has_to_say_what_gets_worse(checked, limits, codes):
    text = RULE.format(when="verdict == 'attack'", action="degrade", ttl="1d") + f"    {limits}\n"
    assert [each.code for each in checked(text)[1]] == codes
