"""Settings that `manage.py tune` found, one JSON file for each recommender, which training uses."""

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from recommendations.algorithms import registry
from recommendations.evaluation.compare import STARS
from recommendations.evaluation.spaces import UnknownSetting, checked, star_config

logger = logging.getLogger(__name__)

_LARGEST = 100_000


def keep(folder: Path, name: str, settings: Mapping[str, Any], found_by: Mapping[str, Any]) -> Path:
    """Write a recommender's settings, with what they were found by beside them; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file, new = folder / f"{name}.json", folder / f".{name}.json.new"
    content = {"recommender": name, "config": dict(settings), **found_by}
    new.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    new.replace(file)
    return file


def kept(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the kept settings of those recommenders that have any.

    A file that cannot be read, or that has settings which this version does not know, is named in a warning, and its
    recommender keeps the defaults.
    """
    found = {name: _settings(folder / f"{name}.json", name) for name in names}
    return {name: settings for name, settings in found.items() if settings}


def _settings(file: Path, name: str) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise UnknownSetting("it is too large")
        content = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not isinstance(content.get("config"), dict):
            raise UnknownSetting('it has no "config"')
        return _usable(name, content["config"])
    except FileNotFoundError:
        return {}
    except (OSError, LookupError, TypeError, ValueError, RecursionError) as problem:
        logger.warning("%s is not used, the defaults are: %s. Tune %s again or remove the file.", file, problem, name)
        return {}


def _usable(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return settings that a recommender can be made with; those of a blend's parts are looked at too."""
    if name == STARS:
        star_config(given)
        return given
    settings = checked(registry.kind(name).Config, given)
    for part, own in settings.get("settings", {}).items():
        registry.create(part, **checked(registry.kind(part).Config, own))
    registry.create(name, **settings)
    return settings
