"""Whether what a bridge needs beside mien is installed."""

from __future__ import annotations

from importlib.util import find_spec

from mien.errors import SettingsError


def require(module: str, section: str, package: str = "") -> None:
    """Look for the library that a section of the settings needs, without loading it.

    Args:
        module: what is imported.
        section: the section.
        package: what is installed, where its name is another one.

    Raises:
        SettingsError: it is not installed.
    """
    if find_spec(module) is None:
        package = package or module.replace("_", "-")
        raise SettingsError(
            f"The settings' section [{section}] needs {package}, which is not installed: run "
            f'./requirements.sh --{section} or pip install "mien[{section}]", or take the section out of the settings.'
        )
