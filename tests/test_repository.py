"""The repository's own promises: what its files may say and hold, lock files in step, commands that exist."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
MAKEFILE = (PROJECT / "Makefile").read_text()
LARGEST = 3 * 1024 * 1024

# In brackets, so that this file does not name what it forbids.
REGISTRIES = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[n]pmjs\.com|[y]arnpkg\.com|deb\.[d]ebian\.org"
)
MACHINE_PATHS = re.compile(r"(?<![\w.-])/(root|work|home/\w+|Users/\w+)(?=/)")


def project_files() -> list[Path]:
    """What git tracks or would, were it added: everything that .gitignore does not leave out."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    if listing.returncode != 0:
        pytest.skip("This copy of the project is not a git repository.")
    return [PROJECT / name for name in filter(None, listing.stdout.split("\0")) if (PROJECT / name).is_file()]


def text_of(file: Path) -> str:
    """The file's text; pictures and models have none."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def matches(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Each file and what in it matches the pattern."""
    return [
        (str(file.relative_to(PROJECT)), match.group())
        for file in project_files()
        for match in pattern.finditer(text_of(file))
    ]


def test_no_file_names_a_package_registry() -> None:
    assert not matches(REGISTRIES)


def test_no_file_names_a_path_of_one_machine() -> None:
    assert not matches(MACHINE_PATHS)


def test_no_file_is_large() -> None:
    assert not [(str(file), file.stat().st_size) for file in project_files() if file.stat().st_size > LARGEST]


def canonical(requirement: str) -> str:
    """The package that a requirement names, as lock files spell it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, f"{requirement!r} names no package."
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def packages(lock: str) -> dict[str, set[str]]:
    """Each package of a lock file, with the versions it is held to: one, or one for each Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (PROJECT / lock).read_text(), re.MULTILINE):
        found.setdefault(canonical(name), set()).add(version)
    return found


def test_lock_files_hold_every_dependency() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    runtime = {canonical(requirement) for requirement in declared["project"]["dependencies"]}
    groups = declared["dependency-groups"]
    assert {"include-group": "fuzz"} in groups["dev"]
    listed = [*groups["dev"], *groups["fuzz"]]
    development = {canonical(requirement) for requirement in listed if isinstance(requirement, str)}
    assert runtime <= packages("requirements.lock").keys()
    assert runtime | development <= packages("requirements-dev.lock").keys()


def test_both_lock_files_agree() -> None:
    runtime, development = packages("requirements.lock"), packages("requirements-dev.lock")
    assert runtime == {name: development.get(name) for name in runtime}


def test_every_locked_package_has_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"^(?=\S)", (PROJECT / lock).read_text(), flags=re.MULTILINE)
        assert not [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]


def test_page_tools_are_locked_at_exact_versions_without_addresses() -> None:
    declared = json.loads((PROJECT / "package.json").read_text())["devDependencies"]
    locked = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    assert declared == {name: locked[f"node_modules/{name}"]["version"] for name in declared}
    assert not [name for name, package in locked.items() if "resolved" in package]
    assert all("integrity" in package for name, package in locked.items() if name)


def make_targets() -> set[str]:
    """The commands of the Makefile, as its .PHONY line lists them."""
    return set(" ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)).split())


def test_every_make_target_says_what_it_does() -> None:
    lines = re.findall(r"^([a-z][a-z -]*):.*## \S.*\.$", MAKEFILE, re.MULTILINE)
    described = {target for targets in lines for target in targets.split()}
    assert described == make_targets()
    assert {"run", "test", "check", "format", "lock", "train-digits", "clean"} <= described


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_documents_name_make_targets_that_exist(document: str) -> None:
    # Commands stand in code: a line of a block, or between backticks.
    named = set(re.findall(r"(?:^\s*|`|&& |\$ )make ([a-z][a-z-]*)", (PROJECT / document).read_text(), re.MULTILINE))
    assert named, f"{document} names no make command."
    assert named <= make_targets()
