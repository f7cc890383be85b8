"""The importers: every module of this folder without a leading underscore is one."""

import importlib
import pkgutil
from typing import cast

import importers as folder
from importers._source import Importer
from meetings.errors import SettingsError


def importer_names() -> list[str]:
    return sorted(
        module.name
        for module in pkgutil.iter_modules(folder.__path__)
        if not module.ispkg and not module.name.startswith("_")
    )


def get_importer(name: str) -> Importer:
    """Return the importer called *name*. Raises SettingsError, naming those that exist."""
    names = importer_names()
    if name not in names:
        raise SettingsError(f"there is no importer {name!r}; there are {', '.join(names)}")
    return cast("Importer", importlib.import_module(f"importers.{name}"))
