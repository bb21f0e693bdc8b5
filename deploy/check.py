"""Checks the chart without a cluster: ``python -m deploy.check``, with the Python that has the tools.

Every file in chart/ci is rendered and looked at by Helm, by the schemas of two versions of Kubernetes, and
by checkov. Kinds of operators have no schema there and are left to the tests. Exits with 1 where anything is
amiss.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CHART = HERE / "chart"
VERSIONS = ("1.33", "1.37")
SERVICES = ("campaign", "finance", "lead", "outreach", "reporting")
OPERATORS = ("monitoring.coreos.com", "keda.sh", "external-secrets.io", "postgresql.cnpg.io", "rabbitmq.com")
BIN = Path(sys.prefix) / "bin"
KUSTOMIZE = ("--enable-helm", "--load-restrictor=LoadRestrictionsNone", f"--helm-command={BIN / 'helm'}")


def run(name: str, *arguments: str | Path) -> str:
    """What a tool prints. Exits where it finds fault, with its words."""
    done = subprocess.run(
        [BIN / name, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        sys.exit(f"{name} {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


def rendered() -> Iterator[tuple[str, str]]:
    """What would be applied, by where it comes from."""
    for values in sorted(CHART.glob("ci/*-values.yaml")):
        run("helm", "lint", "--strict", "--quiet", CHART, "--values", values)
        release = ("template", "fanfare", CHART, "--namespace", "fanfare", "--values", values)
        yield values.name.removesuffix("-values.yaml"), run("helm", *release)
    yield "kustomize", run("kubectl", "kustomize", HERE / "examples" / "kustomize", *KUSTOMIZE)
    examples = sorted(HERE.glob("examples/*.yaml"))
    yield "examples", "\n---\n".join(one.read_text("utf-8") for one in examples)


def of_kubernetes(text: str) -> list[dict[str, Any]]:
    """The objects whose kinds Kubernetes itself has."""
    objects = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one]
    return [one for one in objects if one["apiVersion"].partition("/")[0] not in OPERATORS]


def bills(folder: Path) -> None:
    """A bill of materials can be made of every service's lock."""
    for service in SERVICES:
        lock, bill = HERE.parent / "locks" / f"{service}.txt", folder / f"{service}.cdx.json"
        run("cyclonedx-py", "requirements", lock, "--output-reproducible", "--outfile", bill)


def main() -> None:
    """Check everything, and say what was checked."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifests = folder / "manifests"
        manifests.mkdir()
        for origin, text in rendered():
            objects = of_kubernetes(text)
            place = manifests / f"{origin}.yaml"
            place.write_text(yaml.safe_dump_all(objects), "utf-8")
            for version in VERSIONS:
                run("kubernetes-validate", "--strict", "--quiet", "-k", version, place)
            print(f"{origin}: {len(objects)} objects fit Kubernetes {' and '.join(VERSIONS)}", flush=True)
        run("checkov", "--directory", manifests, "--config-file", HERE / "checkov.yaml")
        print("checkov has no objection", flush=True)
        bills(folder)
        print("a bill of materials can be made for each image")


if __name__ == "__main__":
    main()
