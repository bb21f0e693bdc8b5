"""The shipped contacts: 2,000 invented people as a CRM would export them, with the faults of real files.

The file is the same on every machine. Addresses are in domains that RFC 2606 reserves, and phone
numbers in ranges that are kept free for fiction, so that nobody real is ever meant.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

SEED = 2606
PEOPLE = 2000

COLUMNS = (
    "Record ID",
    "First Name",
    "Last Name",
    "Company Name",
    "Customer Type",
    "Email",
    "Phone Number",
    "State/Region",
    "Preferred Language",
    "Lead Source",
    "Contact Owner",
    "Email Opt In",
    "Notes",
)

GIVEN = (
    *("Aino", "Amara", "Anselm", "Béatrice", "Bohdan", "Camille", "Dagny", "Dario", "Eilidh", "Emeka"),
    *("Farah", "Felix", "Gudrun", "Hana", "Hugo", "Ilse", "Ismail", "Jana", "Jonas", "Kaja", "Kofi"),
    *("Léa", "Lorenz", "Maeve", "Mehmet", "Mila", "Nadia", "Niklas", "Oona", "Otto", "Petra", "Quentin"),
    *("Rosa", "Ruben", "Sanna", "Søren", "Tariq", "Thea", "Ulla", "Vera", "Viktor", "Wanda", "Yara", "Zoë"),
)
FAMILY = (
    *("Abendroth", "Achterberg", "Birkeland", "Brückner", "Castellan", "Corrigan", "Dahlström", "Demirel"),
    *("Ekwueme", "Eschbach", "Fairweather", "Fontaine", "Grünwald", "Halloran", "Holm", "Ibarra", "Jansson"),
    *("Kowalczyk", "Kühn", "Lagerlöf", "Lacroix", "Mbeki", "McAllister", "Nakagawa", "Nováček", "Oyelaran"),
    *("Petrov", "Quist", "Rautio", "Rosenquist", "Sánchez", "Siddiqui", "Thorvald", "Ueda", "Vandermeer"),
    *("Whitlock", "Xu", "Yıldız", "Zawadzki", "Østergaard"),
)
COMPANIES = (
    *("Alder & Finch", "Bright Harbour Foods", "Cobalt Looms", "Dovetail Joinery", "Eastgate Optics"),
    *("Fernhill Dairy", "Granite Row Books", "Hollow Oak Tools", "Ironbridge Cycles", "Juniper Textiles"),
    *("Kestrel Sound", "Lantern Lane Hotels", "Marlow Ceramics", "Northlight Solar", "Otter Creek Mills"),
    *("Pinewater Clinics", "Quarry Hill Stone", "Redfern Logistics", "Saltmarsh Boats", "Tidewell Pumps"),
)
REGIONS = ("North", "East", "South", "West")
LANGUAGES = ("en", "en", "de", "fr", "sv")
SOURCES = ("Trade Fair", "Website", "Referral", "Newsletter", "Cold Call")
OWNERS = ("Ada Whitfield", "Bo Nilsson", "Chen Yu")
DOMAINS = ("example.org", "example.com", "example.net")
PLAIN = str.maketrans(
    {"é": "e", "ë": "e", "ø": "o", "Ø": "O", "ü": "u", "ö": "o", "á": "a", "č": "c", "ı": "i"}
)

Row = dict[str, str]


def write(path: Path, *, people: int = PEOPLE) -> Path:
    """Write the first ``people`` of the sample to ``path``, in UTF-8 with a byte order mark and CRLF.

    Returns ``path``.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows(people=people))
    return path


def rows(*, people: int = PEOPLE) -> Iterator[list[str]]:
    """The rows: so many people, some of them twice, and faulty ones in between."""
    chance = random.Random(SEED)
    faulty = list(_faulty())
    for number in range(people):
        person = _person(number, chance)
        yield list(person.values())
        if number % 160 == 80:
            yield list(_again(person).values())
        if number % 200 == 150 and faulty:
            yield faulty.pop(0)


def _person(number: int, chance: random.Random) -> Row:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    company = chance.choice(COMPANIES) if chance.random() < 0.55 else ""
    kind = chance.choice(("Company", "Company", "Retailer", "Exclusive Retailer")) if company else "Consumer"
    unreachable = chance.random() < 0.04
    note = "Met at the fair.\nAsked for a catalogue." if chance.random() < 0.05 else ""
    return dict(
        zip(
            COLUMNS,
            (
                str(51000 + number),
                given,
                family,
                company,
                kind,
                "" if unreachable else _email(number, given, family, company),
                _phone(chance) if unreachable or chance.random() < 0.3 else "",
                chance.choice(REGIONS),
                chance.choice(LANGUAGES),
                chance.choice(SOURCES),
                chance.choice(OWNERS),
                chance.choices(("Yes", "No", ""), weights=(92, 5, 3))[0],
                note,
            ),
            strict=True,
        )
    )


def _email(number: int, given: str, family: str, company: str) -> str:
    """Unique by its number. A company's is in a domain of its own below the reserved one."""
    local = f"{given}.{family}".translate(PLAIN).lower().replace(" ", "")
    domain = DOMAINS[number % len(DOMAINS)]
    if company:
        domain = f"{company.split(maxsplit=1)[0].lower()}.{domain}"
    return f"{local}.{number}@{domain}"


def _phone(chance: random.Random) -> str:
    """In the ranges that Ofcom and the North American plan keep for drama."""
    if chance.random() < 0.5:
        return f"+44 20 7946 0{chance.randrange(1000):03}"
    return f"+1 202-555-01{chance.randrange(100):02}"


def _again(person: Row) -> Row:
    """The same person once more: typed anew, the address in capitals, more known than before."""
    return person | {
        "Record ID": f"9{person['Record ID']}",
        "Email": person["Email"].upper() if person["Email"] else "",
        "Notes": "Entered a second time",
    }


def _faulty() -> Iterator[list[str]]:
    """Rows that cannot become contacts, each for another reason."""
    good = _person(-1, random.Random(SEED)) | {"Email": "someone@example.org", "Phone Number": ""}
    nobody = {"First Name": "Nobody", "Company Name": "", "Email": "", "Phone Number": ""}
    faults: tuple[Row, ...] = (
        {"Email": "someone.example.org"},
        {"Email": "some one@example.org"},
        {"Email": "someone@"},
        {"Phone Number": "12"},
        {"Phone Number": "ask reception"},
        {"Customer Type": "Unicorn"},
        {"Email Opt In": "perhaps"},
        nobody,
    )
    for fault in faults:
        yield list((good | fault).values())
    yield [*good.values(), "one", "cell", "too many"]
