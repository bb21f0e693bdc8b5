"""Names of people and companies made comparable, and the key that puts like ones side by side.

Pure functions of text. What is left out (titles, legal forms) is data.
"""

import re
import unicodedata
from functools import lru_cache

TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "jr", "sr", "ii", "iii", "iv", "herr", "frau", "dipl")
    + ("ing", "monsieur", "madame", "mme", "mlle", "señor", "señora", "phd", "mba", "msc")
)
LEGAL_FORMS = frozenset(
    ("inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co")
    + ("company", "gmbh", "mbh", "ag", "kg", "ohg", "ug", "ev", "se", "sa", "sas", "sarl", "srl", "spa")
    + ("bv", "nv", "oy", "ab", "as", "aps", "pty", "pte", "kk", "sl", "the", "and", "und", "et", "y")
)
_CHINESE_FORMS = re.compile("(股份)?(有限)?(责任)?(公司|責任公司)$|(股份)?有限公司$|集团$|集團$")
_WORDS = re.compile(r"[^\W_]+")
_TAKEN = {1: (3,), 2: (2, 1)}
"""How many letters of each word of a company count, by the number of words; of more, one of three."""


def plain_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case, without accents and punctuation."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    return tuple(_WORDS.findall(text.casefold().replace("'", "").replace(".", " ")))


def name_words(given_name: str, family_name: str) -> tuple[str, ...]:
    """The words of a person's name without titles, in alphabetical order."""
    words = plain_words(f"{given_name} {family_name}")
    return tuple(sorted(word for word in words if word not in TITLES)) or tuple(sorted(words))


@lru_cache(maxsize=16384)
def company_words(company: str) -> tuple[str, ...]:
    """The words of a company's name without its legal form."""
    name = company.strip()
    words = plain_words(name if name.isascii() else _CHINESE_FORMS.sub("", name))
    return tuple(word for word in words if word not in LEGAL_FORMS) or words


def name_key(given_name: str, family_name: str, company: str) -> str | None:
    """What contacts of about the same name at about the same company have in common.

    The initials of the name in alphabetical order and three letters of the company; of a company without a
    person three letters of its words, and its numbers. None where there is no company: a name alone is no
    reason to compare.
    """
    if not company:
        return None
    words = company_words(company)
    name = name_words(given_name, family_name)
    if name:
        ends = name if len(name) < 3 else (name[0], name[-1])
        return f"{''.join(word[0] for word in ends)}|{''.join(words)[:3]}"
    letters = [word for word in words if not word.isdigit()]
    begun = "".join(
        word[:count] for word, count in zip(letters, _TAKEN.get(len(letters), (1, 1, 1)), strict=False)
    )
    return f"|{begun}{''.join(word for word in words if word.isdigit())}"
