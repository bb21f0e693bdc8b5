"""Phone numbers that are valid beyond doubt, told at a tenth of what the library takes for it.

Most numbers of a file are written in international form, or are mobile numbers of its country. Both are one
pattern of the library's own metadata. Whatever needs more thought (trunk prefixes, calling codes that several
countries share, extensions) is left to the library.
"""

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata

_PUNCTUATION = str.maketrans("", "", " -()./\u00a0")
_KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)


def plain_number(written: str, region: str) -> str | None:
    """The number in E.164 form; None where the library has to look at it."""
    digits = written.translate(_PUNCTUATION)
    if digits[:1] == "+":
        length, plan = _plan_of_code(digits[1:4])
        return digits if plan and plan.fullmatch(digits, 1 + length) else None
    code, plan = _mobiles(region)
    return f"+{code}{digits}" if plan and plan.fullmatch(digits) else None


@lru_cache(maxsize=1024)
def _plan_of_code(begun: str) -> tuple[int, re.Pattern[str] | None]:
    """(length of the calling code, pattern of its valid numbers) by the first three digits after the plus."""
    for length in range(1, len(begun) + 1):
        code = begun[:length]
        if not (code.isascii() and code.isdigit()):
            break
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code))
        if regions:
            alone = len(regions) == 1 and regions[0] in phonenumbers.SUPPORTED_REGIONS
            return length, _pattern(regions[0], _KINDS) if alone else None
    return 0, None


@cache
def _mobiles(region: str) -> tuple[int, re.Pattern[str] | None]:
    """(calling code, pattern of mobile numbers in national form) where one country has the code alone."""
    code = phonenumbers.country_code_for_region(region)
    alone = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ()) == (region,)
    return code, _pattern(region, ("mobile",)) if alone else None


@cache
def _pattern(region: str, kinds: tuple[str, ...]) -> re.Pattern[str] | None:
    """Numbers of these kinds that begin neither as a trunk call nor as an international one."""
    metadata = PhoneMetadata.metadata_for_region(region)
    general = metadata.general_desc and metadata.general_desc.national_number_pattern if metadata else None
    if metadata is None or general is None:
        return None
    plans = (getattr(metadata, kind) for kind in kinds)
    patterns = [plan.national_number_pattern for plan in plans if plan and plan.national_number_pattern]
    doubts = [metadata.national_prefix_for_parsing, metadata.international_prefix, str(metadata.country_code)]
    doubtful = "|".join(doubt for doubt in doubts if doubt)
    return (
        re.compile(f"(?!{doubtful})(?=(?:{general})$)(?:{'|'.join(patterns)})", re.ASCII)
        if patterns
        else None
    )
