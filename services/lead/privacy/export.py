"""The copy that a person gets: a ZIP archive with one JSON file for each service."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from services.lead.privacy.model import PrivacyAnswer, PrivacyRequest

READ_ME = """\
This is what we hold about you, asked for on {requested} and gathered on {gathered}.
Each file is what one part of our system holds: "records" are the data, each with what it is,
when it came, and its fields; "kept" says what would stay if you had it erased, and why.
"""


def archive(request: PrivacyRequest, answers: Iterable[PrivacyAnswer]) -> bytes:
    """The bytes of the archive."""
    by_service: dict[str, dict[str, Any]] = {}
    for answer in answers:
        part = by_service.setdefault(answer.service, {"service": answer.service, "kept": [], "records": []})
        part["answered_at"] = answer.answered_at.isoformat()
        part["records"] += answer.records
        part["kept"] += [one for one in answer.kept if one not in part["kept"]]
    gathered = request.closed_at or request.requested_at
    told = READ_ME.format(requested=f"{request.requested_at:%Y-%m-%d}", gathered=f"{gathered:%Y-%m-%d}")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("README.txt", told)
        for service, part in sorted(by_service.items()):
            packed.writestr(f"{service}.json", json.dumps(part, ensure_ascii=False, indent=2))
    return held.getvalue()
