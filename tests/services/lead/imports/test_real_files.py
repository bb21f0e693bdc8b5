"""Files that CRMs and spreadsheets really wrote: each goes in or says why not, none with a stack trace."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.database import Database
from tests.services.lead.builders import imported, rejections

ROOT = Path(__file__).parents[5] / "shared" / "data" / "contacts"
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.csv"))

NOT_CONTACTS = "no column tells who a contact is"

EXPECTED = {
    "salesforce-dataloader/data/SoqlInClauseFromCSV.csv": (20, 0),
    "salesforce-dataloader/data/accountsForInsert.csv": (4, 0),
    "salesforce-dataloader/data/acctsWithBinaryDataInRTF.csv": (0, 1),
    "salesforce-dataloader/data/bulkV2MultipleJobsCsvTemplate.csv": (100, 0),
    "salesforce-dataloader/data/constantMappingInCsv.csv": (2, 0),
    "salesforce-dataloader/data/constantMappingInCsvClashing.csv": (2, 0),
    "salesforce-dataloader/data/createAttachmentMultipleFilesTemplate.csv": (0, 3),
    "salesforce-dataloader/data/createAttachmentTemplate.csv": (0, 1),
    "salesforce-dataloader/data/dateEndingInZ.csv": (1, 0),
    "salesforce-dataloader/data/dateOnlyWithTimeZone.csv": (2, 0),
    "salesforce-dataloader/data/dateUsingDefaultTimeZone.csv": (1, 0),
    "salesforce-dataloader/data/dateWithTimeZone.csv": (2, 0),
    "salesforce-dataloader/data/emptyFirstRowFieldValueInCsvTemplate.csv": (2, 0),
    "salesforce-dataloader/data/insertAccountCsv.csv": (100, 0),
    "salesforce-dataloader/data/insertAccountWithMultipleBatchesCSV.csv": (0, 3),
    "salesforce-dataloader/data/insertTaskWithContactAsWhoCsv.csv": (1, 0),
    "salesforce-dataloader/data/oneToManySforceFieldsMappingInCsv.csv": (2, 0),
    "salesforce-dataloader/data/polymorphicRelationshipInAttachment.csv": (1, 1),
    "salesforce-dataloader/data/timeZoneFormatTesting.csv": (0, 12),
    "salesforce-dataloader/data/timeZoneFormatTestingWithErrors.csv": (0, 6),
    "salesforce-dataloader/data/updateAccountCsvTemplate.csv": (0, 100),
    "salesforce-dataloader/data/updateAccountWithExternalIdCsvTemplate.csv": (0, 5),
    "salesforce-dataloader/data/upsertAccountCsvTemplate.csv": (100, 0),
    "salesforce-dataloader/data/upsertAccountSmallTemplate.csv": (10, 0),
    "salesforce-dataloader/data/upsertFkAccountNewFormatCsvTemplate.csv": (5, 0),
    "salesforce-dataloader/data/upsertFkAccountOldFormatCsvTemplate.csv": (50, 0),
    "salesforce-dataloader/data/upsertWithRowOffsetTemplate.csv": (10, 0),
    "salesforce-dataloader/samples/data/accountData.csv": (417, 6),
    "salesforce-dataloader/samples/data/opportunityData.csv": (0, 38),
    "salesforce-dataloader/samples/status/error0413060133.csv": (0, 11),
    "salesforce-dataloader/samples/status/success0413060133.csv": (0, 9),
}
"""Rows in and rows refused, by file; every other file has no column that tells who a contact is."""

pytestmark = pytest.mark.skipif(not FILES, reason="the shared data is not here")


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_goes_in_row_by_row_or_says_why_not(
    fresh_database: Callable[[str], Database], name: str
) -> None:
    database = fresh_database("lead")
    import_ = imported(database, (ROOT / name).read_bytes(), filename=name)
    refused = rejections(database, import_.id)
    assert "Traceback" not in import_.reason
    if name in EXPECTED:
        assert import_.state == "finished"
        assert (import_.created + import_.updated, import_.rejected) == EXPECTED[name]
    else:
        assert import_.state == "failed"
        assert import_.reason.startswith(NOT_CONTACTS)
    assert len(refused) == import_.rejected
    assert all(reason for _, reason in refused)
