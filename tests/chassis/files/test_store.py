"""A folder and a bucket keep the same promises."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import requests

from chassis.clock import now
from chassis.config import ConfigError
from chassis.errors import Unavailable
from chassis.files.store import FolderStore, Store, open_store
from chassis.ids import new_id
from fanfare.local.ports import free_port
from fanfare.local.process import wait_until

BUCKET = "papers"


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """A server that speaks S3, with one bucket."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(endpoint), seconds=30)
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        client.create_bucket(Bucket=BUCKET)
        yield f"s3://{BUCKET}/finance?endpoint={endpoint}"
    finally:
        server.kill()
        server.wait()


def _answers(endpoint: str) -> bool:
    try:
        return requests.get(endpoint, timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(f"file://{tmp_path}")
    url: str = request.getfixturevalue("s3_url")
    return open_store(url, "key", "secret")


def test_what_was_put_comes_back_and_is_gone_when_deleted(store: Store) -> None:
    key, content = str(new_id()), os.urandom(200_000)
    store.put(key, io.BytesIO(content))
    assert b"".join(store.read(key)) == content
    store.delete(key)
    with pytest.raises(Unavailable):
        b"".join(store.read(key))
    store.delete(key)


def test_keys_are_listed_by_age(store: Store) -> None:
    key = str(new_id())
    store.put(key, io.BytesIO(b"x"))
    assert key in store.keys(before=now() + timedelta(minutes=5))
    assert key not in store.keys(before=now() - timedelta(minutes=5))


def test_a_folder_that_cannot_be_written_is_told_and_keeps_no_half(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(Unavailable):
        store.put(str(new_id()), Broken())
    assert [path for path in tmp_path.glob("??/*")] == []


class Broken(io.BytesIO):
    """A file whose disk fails."""

    def read(self, _size: int | None = -1) -> bytes:
        raise OSError("the disk is gone")


@pytest.mark.parametrize("url", ["file://host/x", "http://example.org/x", "s3:///x", "file://"])
def test_a_url_that_names_no_store_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigError, match="FANFARE_FILES_URL"):
        open_store(url)


def test_a_store_that_does_not_answer_is_not_available() -> None:
    store = open_store(f"s3://{BUCKET}?endpoint=http://127.0.0.1:{free_port()}", "key", "secret")
    with pytest.raises(Unavailable):
        store.put("key", io.BytesIO(b"x"))
