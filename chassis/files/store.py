"""Where the bytes of files are: a folder, or a bucket of any store that speaks the S3 protocol."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from chassis.config import ConfigError, Settings, Url, setting
from chassis.errors import Unavailable

PIECE = 1 << 16

LARGEST = 64 << 20
"""The most bytes of a file that any setting allows."""


@dataclass(frozen=True, kw_only=True)
class FileSettings(Settings):
    """Where files are kept. Every replica of a service must reach the same store."""

    files_url: Url = setting(
        help="store of uploaded files: file:///folder, or s3://bucket/prefix?endpoint=…&region=…",
        derived=lambda settings: f"file://{Path('var/files').absolute() / settings.service}",
        shown="file://<working directory>/var/files/<service>",
    )
    files_key_id: str | None = setting(None, help="access key id of the S3 store")
    files_key_secret: str | None = setting(None, help="secret access key of the S3 store", secret=True)
    max_file_bytes: int = setting(20 << 20, help="largest file that is taken", minimum=1, maximum=LARGEST)


class Store(Protocol):
    """Keeps bytes under a key. A key is written once and never changed."""

    def put(self, key: str, file: BinaryIO) -> None:
        """Keep all of ``file`` durably. Raises Unavailable when the store does not answer."""

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes in pieces. Raises Unavailable when they cannot be had."""

    def delete(self, key: str) -> None:
        """Forget the key; nothing happens when it is not there."""

    def keys(self, *, before: datetime) -> Iterator[str]:
        """The keys that were written before a moment."""


class FolderStore:
    """Files below a folder, spread over subfolders by the last two characters of their keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, file: BinaryIO) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(file, out, PIECE)
                out.flush()
                os.fsync(out.fileno())
            Path(partial).rename(path)
        except OSError as error:
            Path(partial).unlink(missing_ok=True)
            raise Unavailable("The file could not be kept") from error

    def read(self, key: str) -> Iterator[bytes]:
        try:
            file = self._path(key).open("rb")
        except OSError as error:
            raise Unavailable("The file cannot be had at the moment") from error
        return _pieces(file)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self, *, before: datetime) -> Iterator[str]:
        for path in self.folder.glob("??/*"):
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    yield path.name

    def _path(self, key: str) -> Path:
        return self.folder / key[-2:] / key


class BucketStore:
    """Objects in a bucket, below a prefix."""

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        self.client, self.bucket, self.prefix = client, bucket, prefix
        self.errors = (BotoCoreError, ClientError)

    def put(self, key: str, file: BinaryIO) -> None:
        try:
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=file)
        except self.errors as error:
            raise Unavailable("The file could not be kept") from error

    def read(self, key: str) -> Iterator[bytes]:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
        except self.errors as error:
            raise Unavailable("The file cannot be had at the moment") from error
        pieces: Iterator[bytes] = found["Body"].iter_chunks(PIECE)
        return pieces

    def delete(self, key: str) -> None:
        try:
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)
        except self.errors as error:
            raise Unavailable("The file could not be deleted") from error

    def keys(self, *, before: datetime) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        try:
            for page in pages:
                for found in page.get("Contents", ()):
                    if found["LastModified"] < before:
                        yield found["Key"].removeprefix(self.prefix)
        except self.errors as error:
            raise Unavailable("The files cannot be listed") from error


def store_of(settings: FileSettings) -> Store:
    """The store that the settings name, opened once. Raises ConfigError."""
    return open_store(settings.files_url, settings.files_key_id, settings.files_key_secret)


@lru_cache(maxsize=16)
def open_store(url: str, key_id: str | None = None, secret: str | None = None) -> Store:
    """The store that a URL names. Raises ConfigError for one that names none.

    ``file:///folder``, or ``s3://bucket/prefix`` with ``endpoint`` and ``region`` as its query. Without a
    key, S3 takes what the environment of the process gives it.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        prefix = parts.path.strip("/")
        client = _client(query, key_id=key_id, secret=secret)
        return BucketStore(client, bucket=parts.netloc, prefix=f"{prefix}/" if prefix else "")
    raise ConfigError("FANFARE_FILES_URL is wrong: it must be file:///folder or s3://bucket/prefix.")


def _client(query: dict[str, str], *, key_id: str | None, secret: str | None) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise ConfigError("FANFARE_FILES_URL names S3, and boto3 is not installed: extra s3.") from error
    # A store that does not answer must not hold a request for the minutes that botocore waits by default.
    config = Config(connect_timeout=3, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"})
    return boto3.client(
        "s3",
        endpoint_url=query.get("endpoint"),
        region_name=query.get("region", "us-east-1"),
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=config,
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
