"""The people who ask the reporting service in its tests."""

from contracts.roles import ADMINISTRATOR, ANALYST, LEAD_ADMINISTRATOR, SALES_REP, SERVICE
from tests.harness.people import person

ANNA = person("anna", ANALYST)
SAM = person("sam", ANALYST, departments=("south",))
REP = person("rosa", SALES_REP, LEAD_ADMINISTRATOR)
FEED = person("warehouse", SERVICE, departments=("*",))
ROOT = person("root", ADMINISTRATOR)
