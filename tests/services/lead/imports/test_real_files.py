"""Files that CRMs and spreadsheets really wrote: each goes in or says why not, none with a stack trace."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.database import Database
from tests.services.lead.builders import imported, rejections

ROOT = Path(__file__).parents[5] / "shared" / "data" / "contacts"
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())

NOT_CONTACTS = "no column tells who a contact is"

EXPECTED = {
    "ez-vcard/John_Doe_ANDROID.vcf": (2, 4),
    "ez-vcard/John_Doe_BLACK_BERRY.vcf": (0, 1),
    "ez-vcard/John_Doe_EVOLUTION.vcf": (1, 0),
    "ez-vcard/John_Doe_GMAIL.vcf": (1, 0),
    "ez-vcard/John_Doe_IPHONE.vcf": (1, 0),
    "ez-vcard/John_Doe_LOTUS_NOTES.vcf": (0, 1),
    "ez-vcard/John_Doe_MAC_ADDRESS_BOOK.vcf": (1, 0),
    "ez-vcard/John_Doe_MS_OUTLOOK.vcf": (1, 0),
    "ez-vcard/fullcontact.vcf": (0, 1),
    "ez-vcard/gmail-list.vcf": (3, 0),
    "ez-vcard/gmail-single.vcf": (0, 1),
    "ez-vcard/gmail-single2.vcf": (0, 1),
    "ez-vcard/outlook-2003.vcf": (0, 1),
    "ez-vcard/outlook-2007.vcf": (0, 1),
    "ez-vcard/rfc2426-example.vcf": (2, 0),
    "ez-vcard/rfc6350-example.vcf": (1, 0),
    "ez-vcard/thunderbird-MoreFunctionsForAddressBook-extension.vcf": (0, 1),
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
"""Rows in and rows refused, by file."""

NEITHER = "the row has neither an email address nor a phone number nor a company"
REASONS = {
    "ez-vcard/John_Doe_ANDROID.vcf": {
        11: "phone: 123456789 is not a valid phone number in US",
        18: "phone: 123456 is not a valid phone number in US",
        36: "phone: 123456 is not a valid phone number in US",
        71: "phone: 55556666 is not a valid phone number in US",
    },
    "ez-vcard/John_Doe_BLACK_BERRY.vcf": {1: "phone: +96123456789 is not a valid phone number"},
    "ez-vcard/John_Doe_LOTUS_NOTES.vcf": {1: "phone: +1 (212) 204-34456 is not a valid phone number"},
    "ez-vcard/fullcontact.vcf": {1: "phone: 555-555-1113 is not a valid phone number in US"},
    "ez-vcard/gmail-single.vcf": {1: "phone: 555 555 1111 is not a valid phone number in US"},
    "ez-vcard/gmail-single2.vcf": {1: "phone: 5555551115 is not a valid phone number in US"},
    "ez-vcard/outlook-2003.vcf": {1: "phone: MobilePhone is not a phone number"},
    "ez-vcard/outlook-2007.vcf": {1: "phone: (111) 555-4444 is not a valid phone number in US"},
    "ez-vcard/thunderbird-MoreFunctionsForAddressBook-extension.vcf": {
        1: "phone: 555-555-5555 is not a valid phone number in US"
    },
    "salesforce-dataloader/data/polymorphicRelationshipInAttachment.csv": {2: NEITHER},
    "salesforce-dataloader/samples/data/accountData.csv": dict.fromkeys(
        range(416, 422), "phone: (555) 555-1212 is not a valid phone number in US"
    ),
    **{
        f"salesforce-dataloader/data/{name}.csv": dict.fromkeys(
            range(2, 2 + count), "phone: 1234567890 is not a valid phone number in US"
        )
        for name, count in (("updateAccountCsvTemplate", 100), ("updateAccountWithExternalIdCsvTemplate", 5))
    },
}
"""Why the rows of a file were refused, by line; of a file that is not here none says who the contact is."""

UNREADABLE = {
    "csvkit/dummy.csv.bz2": "the file is a bzip2 archive",
    "csvkit/dummy.csv.gz": "the file is a gzip archive",
    "csvkit/dummy.xls": "the file is an XLS workbook",
}
"""Files that are no table; every other one has no column that tells who a contact is."""

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
        assert import_.reason.startswith(UNREADABLE.get(name, NOT_CONTACTS))
    expected = REASONS.get(name, {line: NEITHER for line, _ in refused})
    assert dict(refused) == expected
    assert len(refused) == import_.rejected
