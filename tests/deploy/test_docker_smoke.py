"""The smoke test of the composed stack says what it lacks before it begins."""

import shutil
import subprocess
from pathlib import Path

NEEDED = ("mmdebstrap", "dockerd", "docker-compose", "ip", "unshare", "curl")


def smoke(*, having: Path) -> "subprocess.CompletedProcess[str]":
    """Start it where only the commands in a folder are there."""
    bash = shutil.which("bash")
    assert bash is not None
    command = [bash, "deploy/docker_smoke.sh"]
    environment = {"PATH": str(having), "SMOKE_FOLDER": str(having / "smoke")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_missing_packages_are_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dirname").symlink_to(str(shutil.which("dirname")))
    for name in set(NEEDED) - {"dockerd", "mmdebstrap"}:
        (tmp_path / name).symlink_to("/bin/false")
    done = smoke(having=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The smoke test needs Debian packages that are not installed: apt-get install mmdebstrap docker.io\n"
    )
    assert not (tmp_path / "smoke").exists()
