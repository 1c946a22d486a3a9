"""What the sandbox company knows from the start, as rows: days are counted from today.

Names, addresses and numbers are invented; `.example` is nobody's domain.
"""

from typing import NamedTuple


class Who(NamedTuple):
    """A contact; `user@` of an address is followed by the lead's own domain."""

    name: str
    title: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[tuple[str, str], ...] = ()  # number and type


class Deal(NamedTuple):
    """An opportunity; `won` is the day that it is expected to close, or did."""

    value: int | None
    status: str  # pipeline: label
    period: str = "one_time"
    confidence: int = 50
    won: int | None = None
    owner: str = "ana"
    note: str = ""


class Todo(NamedTuple):
    """A task; `hour` (UTC) makes it a moment."""

    text: str
    day: int | None = 0
    hour: int | None = None
    owner: str = "ana"
    done: bool = False


class Company(NamedTuple):
    """A lead."""

    name: str
    domain: str
    industry: str
    status: str = "Potential"
    place: tuple[str, str, str, str, str] = (
        "",
        "",
        "",
        "",
        "",
    )  # street, city, state, zip, country
    about: str = ""
    who: tuple[Who, ...] = ()
    deals: tuple[Deal, ...] = ()
    todo: tuple[Todo, ...] = ()
    owner: str = "ana"


LEAD_STATUSES = (
    "Potential",
    "Bad Fit",
    "Qualified",
    "Customer",
    "Interested",
    "Canceled",
    "Not Interested",
)
PIPELINES = {
    "Sales": (
        ("Demo Completed", "active"),
        ("Proposal Sent", "active"),
        ("Contract Sent", "active"),
        ("Won", "won"),
        ("Lost", "lost"),
    ),
    "Renewals": (
        ("Up for Renewal", "active"),
        ("In Negotiation", "active"),
        ("Renewed", "won"),
        ("Churned", "lost"),
    ),
}
INDUSTRIES = (
    "Software",
    "Manufacturing",
    "Logistics",
    "Food & Beverage",
    "Healthcare",
    "Retail",
    "Energy",
    "Finance",
    "Education",
    "Media",
)
SOURCES = ("Referral", "Website", "Trade fair", "Cold call", "Partner")

HOSTILE = '<!channel> & "Quotes" <script>alert(1)</script> *bold* \u202eRTL\u202c \U0001f389 :tada:'

FEATURED = (
    Company(
        name="Acme Corporation",
        domain="acme.example",
        industry="Manufacturing",
        status="Qualified",
        place=("500 Howard Street", "San Francisco", "CA", "94105", "US"),
        about="Makes everything, from anvils to rocket skates. Wants one CRM for four plants.",
        who=(
            Who(
                "Jane Doe",
                "VP of Operations",
                ("jane.doe@", "jane@acme-labs.example"),
                (("+14155550132", "office"), ("+14155550187", "mobile")),
            ),
            Who("Wile Coyote", "Head of Testing", ("wile.coyote@",), (("+14155550155", "mobile"),)),
            Who("Marta Díaz", "CFO", ("marta.diaz@",)),
        ),
        deals=(
            Deal(1250050, "Sales: Proposal Sent", confidence=70, won=21, note="Four plants, pilot"),
            Deal(480000, "Sales: Demo Completed", "annual", 40, 60, "mia", "Support plan"),
            Deal(99900, "Sales: Won", "monthly", 100, -90, note="Starter licences"),
            Deal(300000, "Sales: Lost", confidence=0, owner="ben", note="Custom anvils"),
        ),
        todo=(
            Todo("Send the revised proposal to Jane", -2),
            Todo("Call Wile about the pilot", 0, 15),
            Todo("Ask Marta for the purchase order", 5),
            Todo("Collect feedback on the starter licences", -20, done=True),
        ),
    ),
    Company(
        name="Umbrella Robotics",
        domain="umbrella-robotics.example",
        industry="Software",
        status="Interested",
        place=("12 Innovation Way", "Austin", "TX", "78701", "US"),
        about="Robots for warehouses. No relation to the weather service.",
        who=(Who("Tomoko Sato", "CTO", ("tomoko@",), (("+15125550143", "direct"),)),),
        deals=(Deal(725000, "Sales: Demo Completed", confidence=35, won=45, owner="ben"),),
        todo=(Todo("Send the API documentation", 1, owner="ben"),),
        owner="ben",
    ),
    Company(
        name="Umbrella Foods",
        domain="umbrellafoods.example",
        industry="Food & Beverage",
        status="Customer",
        place=("Hlavní 7", "Brno", "", "602 00", "CZ"),
        about="Frozen dumplings for half of Moravia.",
        who=(Who("Petr Dvořák", "Purchasing", ("petr.dvorak@",), (("+420777123456", "mobile"),)),),
        deals=(Deal(89900, "Renewals: Up for Renewal", "monthly", 80, 14),),
        owner="mia",
    ),
    Company(
        name="Globex Industries",
        domain="globex.example",
        industry="Logistics",
        status="Interested",
        place=("500 Industrial Blvd", "Chicago", "IL", "60601", "US"),
        about="Manufacturing and logistics, nine warehouses in the Midwest.",
        who=(
            Who(
                "Carol Martinez",
                "Head of Procurement",
                ("carol.martinez@",),
                (("+13125550176", "office"),),
            ),
            Who("Dan Lee", "CTO", ("dan.lee@",)),
        ),
        deals=(
            Deal(2500000, "Sales: Proposal Sent", confidence=60, won=30, note="Nine warehouses"),
            Deal(120000, "Renewals: In Negotiation", "annual", 75, 75, "mia"),
        ),
        todo=(
            Todo("Follow up on the warehouse demo", 0),
            Todo("Prepare the security questionnaire", 9, owner="ben"),
        ),
    ),
    Company(name="Hollow Pine Ventures", domain="", industry="Finance", owner="mia"),
    Company(
        name=HOSTILE,
        domain="",
        industry="Media",
        status="Bad Fit",
        about="</div><script>alert(2)</script> <@U0000000> <https://evil.example|click> `code`",
        who=(Who('Bobby "Tables" <b>O\'Neil</b> & Söhne', "*CEO* _and_ ~janitor~"),),
        deals=(Deal(1, "Sales: Demo Completed", confidence=1, note="<!here> & <b>one cent</b>"),),
        todo=(Todo("Call <!everyone> & say *hi* :wave:", 3),),
    ),
    Company(
        name="Brightwater Health Group",
        domain="brightwater.example",
        industry="Healthcare",
        status="Qualified",
        place=("88 Harbour Road", "Boston", "MA", "02110", "US"),
        about="Eleven clinics, and a committee for every decision.",
        who=(
            Who("Alice Nguyen", "CEO", ("alice.nguyen@",), (("+16175550101", "office"),)),
            Who("Brian O'Connor", "COO", ("brian.oconnor@",), (("+16175550102", "office"),)),
            Who("Chidi Okafor", "CIO", ("chidi.okafor@",), (("+16175550103", "mobile"),)),
            Who("Dorothy Klein", "Head of Nursing", ("dorothy.klein@",)),
            Who("Emil Larsson", "Procurement", ("emil.larsson@",), (("+46701740605", "mobile"),)),
            Who("Fatima Zahra", "Legal", ("fatima.zahra@", "fz@zahra-law.example")),
            Who("Grace Hopper-Lee", "IT Security", ("grace@",), (("+16175550107", "direct"),)),
            Who("Hiro Tanaka", "Data Protection", ("hiro.tanaka@",)),
        ),
        deals=(
            Deal(4800000, "Sales: Contract Sent", "annual", 85, 10, "mia", "All eleven clinics"),
            Deal(150075, "Sales: Demo Completed", confidence=20, won=120, owner="raj"),
        ),
        todo=(
            Todo("Chase the data protection review", -6, owner="mia"),
            Todo("Contract call with Fatima", 2, 17, owner="mia"),
        ),
        owner="mia",
    ),
)

# Name, domain, industry, country, city, and an area for phone numbers.
OTHERS = (
    ("Aurora Solar Cooperative", "aurora-solar.example", "Energy", "US", "Denver", "+1303555"),
    ("Bäckerei Schön & Söhne", "baeckerei-schoen.example", "Food & Beverage", "DE", "München", ""),
    ("Blue Heron Publishing", "blueheron.example", "Media", "GB", "Bristol", "+44117496"),
    ("Café Lumière", "cafe-lumiere.example", "Food & Beverage", "FR", "Lyon", "+331990"),
    ("Cascadia Freight", "cascadiafreight.example", "Logistics", "US", "Seattle", "+1206555"),
    ("Cedar & Stone Architects", "cedarstone.example", "Media", "CA", "Vancouver", "+1604555"),
    ("Copperline Bank", "copperline.example", "Finance", "GB", "London", "+44207946"),
    ("Delta Dental Labs", "deltadentallabs.example", "Healthcare", "US", "Atlanta", "+1404555"),
    ("Evergreen Academy", "evergreen-academy.example", "Education", "US", "Portland", "+1503555"),
    ("Fjord Fisheries AS", "fjordfisheries.example", "Food & Beverage", "NO", "Bergen", ""),
    ("Foxglove Pharmacy", "foxglove.example", "Healthcare", "IE", "Dublin", ""),
    ("Granite Peak Outfitters", "granitepeak.example", "Retail", "US", "Boise", "+1208555"),
    ("Harbor Light Insurance", "harborlight.example", "Finance", "US", "Baltimore", "+1410555"),
    ("Initech", "initech.example", "Software", "US", "Dallas", "+1214555"),
    ("Juniper Lane Interiors", "juniperlane.example", "Retail", "GB", "Leeds", "+44113496"),
    ("Kestrel Drones", "kestrel-drones.example", "Manufacturing", "CZ", "Praha", ""),
    ("Lakeshore Credit Union", "lakeshorecu.example", "Finance", "US", "Cleveland", "+1216555"),
    ("Maple Street Movers", "maplestreet.example", "Logistics", "CA", "Toronto", "+1416555"),
    ("Meridian Wind", "meridianwind.example", "Energy", "DK", "Aarhus", ""),
    ("Nakamura Precision 株式会社", "nakamura.example", "Manufacturing", "JP", "Osaka", ""),
    ("Nordlicht Logistik GmbH", "nordlicht.example", "Logistics", "DE", "Hamburg", ""),
    ("Oakridge School District", "oakridge.example", "Education", "US", "Nashville", "+1615555"),
    ("Olive Branch Clinics", "olivebranch.example", "Healthcare", "US", "Phoenix", "+1602555"),
    ("Pied Piper", "piedpiper.example", "Software", "US", "Palo Alto", "+1650555"),
    ("Quantum Leap Tutoring", "quantumleap.example", "Education", "US", "Chicago", "+1312555"),
    ("Redwood Robotics Museum", "redwoodmuseum.example", "Education", "US", "Oakland", "+1510555"),
    ("Silver Creek Winery", "silvercreek.example", "Food & Beverage", "US", "Napa", "+1707555"),
    ("Sunrise Textiles Pvt. Ltd.", "sunrisetextiles.example", "Manufacturing", "IN", "Mumbai", ""),
    ("Tidewater Shipping", "tidewater.example", "Logistics", "US", "Norfolk", "+1757555"),
    (
        "Umbrella Weather Services",
        "umbrellaweather.example",
        "Media",
        "GB",
        "Cardiff",
        "+442920180",
    ),
    ("Vega Observatory Supplies", "vega-supplies.example", "Manufacturing", "CL", "Santiago", ""),
    ("Willow & Finch", "willowfinch.example", "Retail", "US", "Savannah", "+1912555"),
    ("Yellowtail Surf Co.", "yellowtail.example", "Retail", "AU", "Sydney", "+6125550"),
    ("Zephyr Analytics", "zephyr.example", "Software", "US", "Raleigh", "+1919555"),
)
