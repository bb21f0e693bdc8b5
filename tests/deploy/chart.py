"""The chart as its tests see it: its values as Helm merges them, and what Helm makes of them."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path("deploy/chart")
CI = tuple(sorted(path.name.removesuffix("-values.yaml") for path in CHART.glob("ci/*-values.yaml")))

Object = dict[str, Any]
Key = tuple[str, str]


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Maps are merged, everything else is replaced, and null takes away."""
    result = deepcopy(dict(below))
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = deepcopy(value)
    return result


@lru_cache
def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def values(name: str = "") -> dict[str, Any]:
    """The values of the chart, under those of a file in ``ci``."""
    below = _read(CHART / "values.yaml")
    return merged(below, _read(CHART / "ci" / f"{name}-values.yaml") if name else {})


def processes(given: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Service, process, and what holds for it."""
    for service, one in given["services"].items():
        for process, own in one["processes"].items():
            yield service, process, merged(given["defaults"], own)


def component(service: str, process: str) -> str:
    """The name of a process among all."""
    return service if process == "service" else f"{service}-{process}"


def helm() -> Path:
    """The program, or the test is skipped."""
    own = Path(".venv-deploy/bin/helm")
    found = str(own) if own.exists() else shutil.which("helm")
    if found is None:
        pytest.skip("there is no Helm (make check-deploy fetches one)")
    return Path(found).absolute()


def template(
    name: str, *options: str, chart: Path = CHART, refused: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Have Helm render the chart with the values of a file in ``ci``."""
    command = [str(helm()), "template", "fanfare", str(chart), "--namespace", "fanfare"]
    given = ["--values", str(CHART / "ci" / f"{name}-values.yaml")]
    done = subprocess.run([*command, *given, *options], capture_output=True, text=True, check=False)
    assert bool(done.returncode) == refused, done.stderr
    return done


def rendered(name: str, *options: str, chart: Path = CHART) -> dict[Key, Object]:
    """What Helm renders, by kind and name."""
    text = template(name, *options, chart=chart).stdout
    objects = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one]
    return {(one["kind"], one["metadata"]["name"]): one for one in objects}


def pods(objects: Mapping[Key, Object]) -> dict[Key, Object]:
    """What runs, by the kind and name of what starts it."""
    found = {}
    for key, one in objects.items():
        if key[0] == "Pod":
            found[key] = one
        elif key[0] in {"Deployment", "Job"}:
            found[key] = one["spec"]["template"]
        elif key[0] == "CronJob":
            found[key] = one["spec"]["jobTemplate"]["spec"]["template"]
    return found


def environment(pod: Object) -> dict[str, str]:
    """The variables that stand in the only container of a pod."""
    (container,) = pod["spec"]["containers"]
    return {one["name"]: one["value"] for one in container.get("env", ())}
