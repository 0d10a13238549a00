"""What is read from a condition without CEL is what CEL would have said."""

import cel.cel as cel  # the compiled module itself: xds-protos puts an empty file in place of the package's
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.enforcement import conditions
from stillwatch.enforcement.battery import Battery
from stillwatch.enforcement.conditions import ConditionError, compiled
from stillwatch.enforcement.conjuncts import parts
from stillwatch.enforcement.facts import FIELDS

NUMBERS = st.one_of(
    st.sampled_from([0, 1, -3, 2.5, 0.9, 1e9, float("nan"), float("inf")]), st.integers(-5, 5)
)
VALUES = {
    "string": st.sampled_from(["attack", "watch", "", "é", "a&&b"]),
    "int": NUMBERS,
    "double": NUMBERS,
    "bool": st.booleans(),
    "strings": st.lists(st.sampled_from(["large", "small", "é", "", "e\u0301", 3]), max_size=3),
    "doubles": st.dictionaries(st.sampled_from(["novelty", "rhythm"]), NUMBERS, max_size=2),
}
LITERALS = st.sampled_from(
    ["'attack'", '"watch"', "''", "'a&&b'", "0", "1", "-3", "0.9", "2.5", "true", "false"]
)
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
GROUPED = [path for path in FIELDS if "." in path]
ATOMS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(sorted(FIELDS)), SIGNS, LITERALS),
    st.builds("has({})".format, st.sampled_from(GROUPED)),
    st.builds("{}{}".format, st.sampled_from(["", "!"]), st.sampled_from(GROUPED)),
    st.builds("evidence['{}'] {} {}".format, st.sampled_from(["novelty", "rhythm"]), SIGNS, LITERALS),
    st.builds(
        "'{}' in {}".format, st.sampled_from(["novelty", "large"]), st.sampled_from(["evidence", "models"])
    ),
    st.builds(
        "{}{}.{}(m, m {})".format,
        st.sampled_from(["", "!", "! "]),
        st.sampled_from(["models", "endpoints", "evidence", "verdict"]),
        st.sampled_from(["exists", "all", "exists_one"]),
        st.sampled_from(["== 'large'", "!= 'é'", "< 'large'"]),
    ),
    st.builds(
        "{}{}.{}(m, m.{}({}))".format,
        st.sampled_from(["", "!"]),
        st.sampled_from(["models", "endpoints", "evidence"]),
        st.sampled_from(["exists", "all"]),
        st.sampled_from(["startsWith", "endsWith", "contains", "matches"]),
        st.sampled_from(["'l'", '"ge"', "''", "'é'", "'large'", "1"]),
    ),
    st.sampled_from(
        ["models.exists(m, m == verdict)", "1 / indicators > 0", "size(models) > 1 || score > 0.5"]
    ),
)


@st.composite
def accounts(draw):
    """Facts of which any member of a group may be missing, and any value of another kind than it should be."""
    said = {}
    for path, field in FIELDS.items():
        root, _, member = path.partition(".")
        value = draw(
            st.one_of(VALUES[field.kind], VALUES[field.kind], VALUES["string"])
            if member
            else VALUES[field.kind]
        )
        if not member:
            said[root] = value
        elif draw(st.booleans()):
            said.setdefault(root, {})[member] = value
        else:
            said.setdefault(root, {})
    return said


@given(
    st.lists(st.lists(ATOMS, min_size=1, max_size=4), min_size=1, max_size=6),
    st.lists(accounts(), max_size=3),
)
def test_a_battery_says_of_every_condition_what_cel_alone_says(rules, everybody):
    conditions = [
        compiled(" && ".join(f"({each})" if "||" in each else each for each in rule)) for rule in rules
    ]
    battery = Battery(conditions)
    for said in everybody:
        context = cel.Context(said)
        for condition, found in zip(conditions, battery.outcomes(said), strict=True):
            try:
                assert found is condition.holds(context), condition.source
            except ConditionError:
                assert isinstance(found, ConditionError), condition.source


@pytest.mark.parametrize(
    ("source", "plain", "rest"),
    [
        ("verdict == 'attack' && score >= 0.9", ("verdict == 'attack'", "score >= 0.9"), ""),
        (
            "verdict == 'a&&b' && models.exists(m, m == 'x' && true)",
            ("verdict == 'a&&b'",),
            "(models.exists(m, m == 'x' && true))",
        ),
        ("score > 0.5 || verdict == 'attack'", (), "(score > 0.5 || verdict == 'attack')"),
        ("score > 0.5 // && verdict == 'attack'", (), "(score > 0.5 // && verdict == 'attack')"),
        (r"verdict == 'a\'b' && score > 0.5", (), r"(verdict == 'a\'b' && score > 0.5)"),
        (
            "models.exists(m, m.startsWith('x')) && endpoints.exists(m, n == 'x')",
            ("models.exists(m, m.startsWith('x'))",),
            "(endpoints.exists(m, n == 'x'))",
        ),
        ("score > 'much' && nowhere.at == 1", (), "(score > 'much') && (nowhere.at == 1)"),
    ],
)
def test_only_plain_tests_at_the_top_are_taken_out_of_a_condition(source, plain, rest):
    found = parts(source)
    assert (found.plain, found.rest) == (plain, rest)


def test_conditions_do_not_rest_on_the_packages_own_file() -> None:
    """`xds-protos` has files under `cel/` too, an empty `__init__.py` among them: whichever is installed last is there."""
    assert cel.__name__ == "cel.cel"
    assert conditions.cel is cel
