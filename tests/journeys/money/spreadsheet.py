"""What each line stands at after each step, worked out on paper; nothing in here computes it."""

Figures = tuple[str, str, str, str]
"""What a line has as budget, committed, incurred, available."""

SPREADSHEET: dict[str, dict[str, Figures]] = {
    "opened": {
        "Mailing": ("500.00", "0.00", "0.00", "500.00"),
        "Print": ("6000.00", "0.00", "0.00", "6000.00"),
        "Venue": ("5000.00", "0.00", "0.00", "5000.00"),
        "Travel": ("1500.00", "0.00", "0.00", "1500.00"),
    },
    # 10 copies at 1.37
    "reserved": {"Mailing": ("500.00", "13.70", "0.00", "486.30")},
    # 8 of them went out
    "sent": {"Mailing": ("500.00", "0.00", "10.96", "489.04")},
    "purchase requested": {},
    # 2000 leaflets at 1.20, 2 days of the hall at 1500.00
    "purchase approved": {
        "Print": ("6000.00", "2400.00", "0.00", "3600.00"),
        "Venue": ("5000.00", "3000.00", "0.00", "2000.00"),
    },
    "partly received": {},
    "invoice disputed": {},
    # 1200 leaflets at 1.30, 1 day at 1500.00
    "invoice overridden": {
        "Print": ("6000.00", "840.00", "1560.00", "3600.00"),
        "Venue": ("5000.00", "1500.00", "1500.00", "2000.00"),
    },
    "invoice paid": {},
    # 800 leaflets at 1.20 where 840.00 was left, 1 day at 1480.00 where 1500.00 was
    "second invoice": {
        "Print": ("6000.00", "0.00", "2520.00", "3480.00"),
        "Venue": ("5000.00", "0.00", "2980.00", "2020.00"),
    },
    "purchase closed": {},
    "claim submitted": {
        "Travel": ("1500.00", "412.50", "0.00", "1087.50"),
        "Venue": ("5000.00", "99.90", "2980.00", "1920.10"),
    },
    # 60.00 of the 99.90
    "claim cut": {"Venue": ("5000.00", "60.00", "2980.00", "1960.00")},
    "claim paid": {
        "Travel": ("1500.00", "0.00", "412.50", "1087.50"),
        "Venue": ("5000.00", "0.00", "3040.00", "1960.00"),
    },
    "amended": {
        "Print": ("6500.00", "0.00", "2520.00", "3980.00"),
        "Gifts": ("750.00", "0.00", "0.00", "750.00"),
    },
    "transfer requested": {"Travel": ("1500.00", "250.00", "412.50", "837.50")},
    "transferred": {
        "Travel": ("1250.00", "0.00", "412.50", "837.50"),
        "Gifts": ("1000.00", "0.00", "0.00", "1000.00"),
    },
    "corrected": {"Travel": ("1150.00", "0.00", "412.50", "737.50")},
    # 10 fourteenths of 1000.00
    "allocated": {"Indirect costs": ("0.00", "0.00", "714.29", "-714.29")},
    # 10 copies at 0.50, and a claim
    "much left open": {
        "Mailing": ("500.00", "5.00", "10.96", "484.04"),
        "Gifts": ("1000.00", "80.00", "0.00", "920.00"),
    },
    "completed": {
        "Mailing": ("500.00", "0.00", "10.96", "489.04"),
        "Gifts": ("1000.00", "0.00", "0.00", "1000.00"),
    },
    "settled": {},
}
