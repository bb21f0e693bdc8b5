"""Makes sure that the server programs are there: ``python -m fanfare.local.install``.

On Debian as root it installs them. Anywhere else it says what to install, or which variables name
servers that are already running. A browser, a judge of spam, and Prometheus are installed too where they
can be had; without them the tests that need them are skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fanfare.local import chromium, postgres, prometheus, rabbitmq

POSTGRES_URL = "FANFARE_TEST_POSTGRES_URL"
RABBITMQ_URL = "FANFARE_TEST_RABBITMQ_URL"
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """Debian's names of the packages that are needed and not there."""
    packages = []
    if not os.environ.get(POSTGRES_URL) and postgres.find_binaries() is None:
        packages.append("postgresql")
    if not os.environ.get(RABBITMQ_URL) and not (rabbitmq.find_server() and rabbitmq.find_port_mapper()):
        packages.append("rabbitmq-server")
    return packages


def missing_browser() -> list[str]:
    """Debian's names of the packages of the browser and its driver, unless both are there."""
    return [] if chromium.find_programs() else list(chromium.PACKAGES)


def missing_judge() -> list[str]:
    """Debian's name of what judges the mails of the tests, unless it is there."""
    return [] if shutil.which("spamassassin") else ["spamassassin"]


def missing_watch() -> list[str]:
    """Debian's names of what watches over the services in some tests, unless it is there."""
    return [] if prometheus.find_programs() else list(prometheus.PACKAGES)


def install(packages: list[str]) -> None:
    """Install Debian packages as root without letting them start their services.

    Raises CalledProcessError.
    """
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with _services_held_back():
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(command, check=True, env=environment)


@contextmanager
def _services_held_back() -> Iterator[None]:
    """Debian starts a server as soon as it is installed, unless this file forbids it."""
    if SERVICE_POLICY.exists():
        yield
        return
    SERVICE_POLICY.write_text("#!/bin/sh\nexit 101\n")
    SERVICE_POLICY.chmod(0o755)
    try:
        yield
    finally:
        SERVICE_POLICY.unlink()


def advice(packages: list[str]) -> str:
    """What somebody does where nothing can be installed for him."""
    return (
        f"The tests run on real servers, and these are missing: {', '.join(packages)}.\n"
        f"Debian, Ubuntu:  sudo apt-get install {' '.join(packages)}\n"
        f"macOS:           brew install {' '.join(package.removesuffix('-server') for package in packages)}\n"
        f"Or name running servers: {POSTGRES_URL}=postgresql+psycopg2://USER:PASSWORD@HOST:PORT/postgres "
        f"(a superuser), {RABBITMQ_URL}=amqp://USER:PASSWORD@HOST:PORT//"
    )


def advice_on_browser(packages: list[str]) -> str:
    """What somebody does who wants the tests of the pages to run."""
    return (
        "There is no Chromium with its driver: the tests that look at pages will be skipped.\n"
        f"Debian:  sudo apt-get install {' '.join(packages)}\n"
        "Elsewhere: put chromium or google-chrome, and chromedriver of the same version, on the PATH."
    )


def main() -> int:
    """Install what is missing, or explain. Returns the exit code, which depends on the servers alone."""
    packages, extras = missing(), [*missing_browser(), *missing_judge(), *missing_watch()]
    able = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if packages and not able:
        print(advice(packages), file=sys.stderr)
        return 1
    if packages:
        install(packages)
    if extras and able:
        with suppress(subprocess.CalledProcessError):
            install(extras)
    if still_missing := missing_browser():
        print(advice_on_browser(still_missing), file=sys.stderr)
    if missing_judge():
        print("There is no SpamAssassin: the test of the shipped sample will be skipped.", file=sys.stderr)
    if missing_watch():
        print(
            "There is no Prometheus with its tools: the tests of its rules will be skipped.", file=sys.stderr
        )
    return 0 if not missing() else 1


if __name__ == "__main__":
    sys.exit(main())
