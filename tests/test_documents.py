"""What the documents say is so: commands, options, settings, links, messages, versions."""

import re
import subprocess
from pathlib import Path

import pytest
from command_lines import ROOT, complaint
from said_messages import error_messages, installer_messages, matches

import mien
from mien.config import load
from mien.setting_layers import default_values
from mien.types import Fault

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in DOCUMENTS}
PROGRAMS = {
    "./requirements.sh",
    ".venv/bin/mien",
    ".venv/bin/pytest",
    ".venv/bin/python",
    ".venv/bin/pip",
    "tests/check",
}
TOOLS = {"apt-get", "git", "grep", "loginctl", "mosquitto_pub", "mosquitto_sub", "mv", "python3", "(head"}
TOOLS |= {"tests/device/make_machine.sh"}


def fenced(text: str, language: str) -> list[str]:
    return [block.replace("\\\n", " ") for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)]


def shell_commands(text: str) -> list[str]:
    lines = [line for block in fenced(text, "sh") for line in block.splitlines() if line.strip()]
    commands = [command.strip() for line in lines for command in line.split("&&")]
    return [re.sub(r"^(sudo|\w+=\S+) ", "", command) for command in commands]


def inline_code(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_line_starts_with_a_known_program(name: str) -> None:
    allowed = PROGRAMS if name == "README.md" else PROGRAMS | TOOLS
    assert [command for command in shell_commands(TEXTS[name]) if command.split()[0] not in allowed] == []


def test_a_wrong_command_line_is_seen() -> None:
    assert complaint(".venv/bin/python -m mien_training train --faces x --run y") is None
    assert "train has no --face," in (complaint(".venv/bin/python -m mien_training train --face x") or "")
    assert complaint(".venv/bin/python -m mien_training train here --faces x") == "train takes no here"
    assert "there is no command learn," in (complaint(".venv/bin/python -m mien_training learn") or "")


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_and_option_of_mien_exists(name: str) -> None:
    shown = [code for code in inline_code(TEXTS[name]) if re.match(r"(\S*/)?mien ", code)]
    lines = shown + shell_commands(TEXTS[name])
    assert [found for line in lines if not line.startswith("(") and (found := complaint(line))] == []


def test_every_option_of_the_installer_exists() -> None:
    usage = subprocess.run([ROOT / "requirements.sh", "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"--[a-z-]+", usage))
    shown = {option for text in TEXTS.values() for line in shell_commands(text) if line.startswith("./requirements.sh")
             for option in re.findall(r"--[a-z-]+", line)}  # fmt: skip
    assert shown
    assert shown <= known


def test_the_two_lines_that_do_everything_stand_first_in_the_readme() -> None:
    first = fenced(TEXTS["README.md"], "sh")[0]
    assert first == "./requirements.sh && .venv/bin/mien demo\n./requirements.sh --dev && .venv/bin/pytest\n"


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", TEXTS[name])
    assert [target for target in targets if not ((ROOT / name).parent / target).exists()] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_exists(name: str) -> None:
    defaults = default_values()
    sections = [name for name, keys in defaults.items() if isinstance(keys, dict)]
    pattern = re.compile(rf"\b({'|'.join(sections)})\.([a-z_]+)\b")
    named = [found for code in inline_code(TEXTS[name]) for found in pattern.findall(code)]
    assert [f"{section}.{key}" for section, key in named if key not in defaults[section]] == []


def test_the_settings_that_the_documents_show_can_be_used(tmp_path: Path) -> None:
    (block,) = fenced(TEXTS["docs/configure.md"], "toml")
    shown = tmp_path / "mien.toml"
    shown.write_text(block, encoding="utf-8")
    assert load(shown).music.policy == "match"


def index_rows(text: str) -> list[list[str]]:
    """Return the messages that each row of the tables in an index is for."""
    cells = [row.split(" | ")[0] for row in text.splitlines() if row.startswith("| `")]
    return [inline_code(cell) for cell in cells]


def unmatched(index: str) -> tuple[list[str], list[str]]:
    """Return the messages without a row, and the patterns without a message."""
    patterns = [pattern for row in index_rows(index) for pattern in row]
    messages = [*error_messages(), *installer_messages(), *Fault]
    return (
        [message for message in messages if not any(matches(pattern, message) for pattern in patterns)],
        [pattern for pattern in patterns if not any(matches(pattern, message) for message in messages)],
    )


def test_every_message_and_every_fault_has_its_row_in_the_troubleshooting_index_and_no_row_is_idle() -> None:
    index = TEXTS["docs/troubleshooting.md"]
    assert len(error_messages()) > 90
    assert unmatched(index) == ([], [])
    by_name, by_message = index.split("## By what the message says")
    assert [fault for (fault,) in index_rows(by_name)] == list(Fault)
    loose = [pattern for row in index_rows(by_message) for pattern in row if len(pattern.strip("… ")) < 5]
    assert loose == []  # such a row would match anything


def test_a_message_without_a_row_and_a_row_without_a_message_are_seen() -> None:
    index = TEXTS["docs/troubleshooting.md"]
    row = next(line for line in index.splitlines() if line.startswith("| `libVLC cannot start`"))
    missing, idle = unmatched(index.replace(row, "| `libVLC has the flu` | | |").replace("| `hot` |", "| `cold` |"))
    assert [message[:20] for message in missing] == ["libVLC cannot start,", "hot"]
    assert idle == ["cold", "libVLC has the flu"]


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert versions[0] == mien.__version__
