"""Settings: who outranks whom, and what a wrong one is answered with."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.settings import Settings, fields, load


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment whose home folder is empty."""
    return {"HOME": str(tmp_path)}


def test_without_any_source_the_defaults_hold(tmp_path: Path, nowhere: dict[str, str]) -> None:
    settings = load(environ=nowhere, folder=tmp_path)
    assert (settings.store_dir, settings.sketch_sample, settings.fdr) == (
        Path("stillwatch-store"),
        0.25,
        0.01,
    )
    assert settings.threads >= 1
    assert set(settings.origins.values()) == {"default"}


def test_the_named_file_outranks_the_environment_and_that_the_folder_and_that_the_home(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    home = tmp_path / ".config" / "stillwatch" / "stillwatch.toml"
    home.parent.mkdir(parents=True)
    home.write_text("threads = 1\nfdr = 0.1\nretention_days = 1\nmemory_gib = 1\n")
    (tmp_path / "stillwatch.toml").write_text("threads = 2\nfdr = 0.2\nretention_days = 2\n")
    environ = {**nowhere, "STILLWATCH_THREADS": "3", "STILLWATCH_FDR": "0.3"}
    named = tmp_path / "named.toml"
    named.write_text("threads = 4\n")
    settings = load(named, environ=environ, folder=tmp_path)
    assert (settings.threads, settings.fdr, settings.retention_days, settings.memory_gib) == (4, 0.3, 2, 1.0)
    assert settings.origins["threads"] == f"{named}:1"
    assert settings.origins["fdr"] == "environment STILLWATCH_FDR"
    assert settings.origins["retention_days"] == f"{tmp_path / 'stillwatch.toml'}:3"
    assert settings.origins["memory_gib"] == f"{home}:4"


def test_the_xdg_folder_is_where_the_variable_says(tmp_path: Path, nowhere: dict[str, str]) -> None:
    (tmp_path / "xdg" / "stillwatch").mkdir(parents=True)
    (tmp_path / "xdg" / "stillwatch" / "stillwatch.toml").write_text("threads = 9\n")
    settings = load(environ={**nowhere, "XDG_CONFIG_HOME": str(tmp_path / "xdg")}, folder=tmp_path)
    assert settings.threads == 9


def test_a_relative_path_in_a_file_is_relative_to_the_file(tmp_path: Path, nowhere: dict[str, str]) -> None:
    (tmp_path / "etc").mkdir()
    named = tmp_path / "etc" / "site.toml"
    named.write_text('store_dir = "store"\n')
    assert load(named, environ=nowhere, folder=tmp_path).store_dir == tmp_path / "etc" / "store"


def test_a_value_may_come_from_a_file_that_a_variable_names(tmp_path: Path, nowhere: dict[str, str]) -> None:
    (tmp_path / "secret").write_text("7\n")
    environ = {**nowhere, "STILLWATCH_THREADS_FILE": str(tmp_path / "secret")}
    settings = load(environ=environ, folder=tmp_path)
    assert settings.threads == 7
    assert settings.origins["threads"] == "environment STILLWATCH_THREADS_FILE"


@pytest.mark.parametrize(
    ("toml", "code", "line", "hint"),
    [
        ("fdr = 0.1\nthread = 2", "SW-CFG-01", 2, "did you mean `threads`?"),
        ("[xyz]\nfdr = 0.1", "SW-CFG-01", 1, "settings are: "),
        ("\n\nthreads = true", "SW-CFG-02", 3, "threads takes a whole number of at least 1"),
        ("threads = 0", "SW-CFG-02", 1, "threads takes a whole number of at least 1"),
        ("threads = 1.5", "SW-CFG-02", 1, "threads takes a whole number of at least 1"),
        ('fdr = "small"', "SW-CFG-02", 1, "fdr takes a number above 0, below 1"),
        ("fdr = nan", "SW-CFG-02", 1, "fdr takes a number above 0, below 1"),
        ("sketch_sample = 1.01", "SW-CFG-02", 1, "at most 1"),
        ("store_dir = 3", "SW-CFG-02", 1, "store_dir takes a path, in quotes"),
        ('store_dir = ""', "SW-CFG-02", 1, "store_dir takes a path, in quotes"),
        ("fdr = 0.1\nthreads =", "SW-CFG-05", 2, "Invalid value"),
    ],
)
def test_a_wrong_line_is_named_with_what_would_be_right(
    tmp_path: Path, nowhere: dict[str, str], toml: str, code: str, line: int, hint: str
) -> None:
    named = tmp_path / "site.toml"
    named.write_text(toml + "\n")
    with pytest.raises(StillwatchError) as caught:
        load(named, environ=nowhere, folder=tmp_path)
    assert caught.value.code == code
    assert caught.value.where == f"{named}:{line}"
    assert hint in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_wrong_variable_is_named(tmp_path: Path, nowhere: dict[str, str]) -> None:
    with pytest.raises(StillwatchError) as caught:
        load(environ={**nowhere, "STILLWATCH_THREADS": "many"}, folder=tmp_path)
    assert caught.value.where == "environment STILLWATCH_THREADS"


def test_a_misspelt_variable_is_answered_with_the_nearest(tmp_path: Path, nowhere: dict[str, str]) -> None:
    with pytest.raises(StillwatchError, match="STILLWATCH_RETENTION_DAY") as caught:
        load(environ={**nowhere, "STILLWATCH_RETENTION_DAY": "3"}, folder=tmp_path)
    assert caught.value.hint == "did you mean STILLWATCH_RETENTION_DAYS?"


def test_variables_that_a_cluster_manager_sets_are_left_alone(
    tmp_path: Path, nowhere: dict[str, str]
) -> None:
    environ = {**nowhere, "STILLWATCH_PORT": "tcp://192.0.2.1:80", "STILLWATCH_SERVICE_HOST": "192.0.2.1"}
    assert load(environ=environ, folder=tmp_path).threads >= 1


def test_a_value_given_twice_is_refused(tmp_path: Path, nowhere: dict[str, str]) -> None:
    environ = {**nowhere, "STILLWATCH_FDR": "0.1", "STILLWATCH_FDR_FILE": "fdr"}
    with pytest.raises(StillwatchError, match="both STILLWATCH_FDR and STILLWATCH_FDR_FILE"):
        load(environ=environ, folder=tmp_path)


@pytest.mark.parametrize("variable", ["STILLWATCH_FDR_FILE", None])
def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, nowhere: dict[str, str], variable: str | None
) -> None:
    missing = tmp_path / "missing"
    environ = {**nowhere, variable: str(missing)} if variable else nowhere
    with pytest.raises(StillwatchError) as caught:
        load(None if variable else missing, environ=environ, folder=tmp_path)
    assert (caught.value.code, caught.value.where) == ("SW-CFG-04", str(missing))


def test_the_digest_changes_with_what_verdicts_hang_on_and_with_nothing_else() -> None:
    base = Settings()
    assert base.digest() == Settings().digest()
    for field in fields():
        value = getattr(base, field.name)
        other = _another(value)
        changed = dataclasses.replace(base, **{field.name: other})
        assert (changed.digest() != base.digest()) == field.metadata["detection"], field.name


@given(raw=st.one_of(st.text(), st.integers(), st.floats(), st.booleans()), field=st.sampled_from(fields()))
def test_whatever_a_variable_holds_is_accepted_or_refused_in_words(tmp_path_factory, raw, field) -> None:
    folder = tmp_path_factory.getbasetemp()
    environ = {"HOME": str(folder), f"STILLWATCH_{field.name.upper()}": str(raw)}
    refusal = None
    try:
        value = getattr(load(environ=environ, folder=folder), field.name)
    except StillwatchError as error:
        refusal = error
    if refusal is None:
        assert field.metadata["check"] is None or field.metadata["check"](value)
    else:
        assert refusal.code == "SW-CFG-02"


def _another(value: Any) -> Any:
    """A value of the same kind that is not the same."""
    if isinstance(value, str):
        return f"{value}x"
    return value / "other" if isinstance(value, Path) else value / 2
