"""The customers: invented companies with addresses, valid-looking VAT ids and test cards. The same ones every time."""

from dataclasses import dataclass
from random import Random

from stdnum.eu import vat

from kernel.calendar import Interval

# City, postal code, time zone, legal form, form of the VAT id ("#" is a digit, the check digits are found), how many of sixty live there.
PLACES = {
    "DE": ("Hamburg", "20457", "Europe/Berlin", "GmbH", "DE#########", 16),
    "AT": ("Graz", "8010", "Europe/Vienna", "GmbH", "ATU########", 5),
    "FR": ("Lyon", "69002", "Europe/Paris", "SARL", "FR###########", 6),
    "NL": ("Utrecht", "3511 AA", "Europe/Amsterdam", "B.V.", "NL#########B01", 5),
    "IT": ("Torino", "10121", "Europe/Rome", "S.r.l.", "IT0########0#", 4),
    "ES": ("Valencia", "46001", "Europe/Madrid", "S.L.", "ESB########", 4),
    "PL": ("Kraków", "30-001", "Europe/Warsaw", "Sp. z o.o.", "PL##########", 3),
    "SE": ("Göteborg", "411 03", "Europe/Stockholm", "AB", "SE##########01", 3),
    "DK": ("Aarhus", "8000", "Europe/Copenhagen", "ApS", "DK########", 2),
    "FI": ("Tampere", "33100", "Europe/Helsinki", "Oy", "FI########", 1),
    "CH": ("Zürich", "8001", "Europe/Zurich", "AG", "", 3),
    "GB": ("Leeds", "LS1 4AP", "Europe/London", "Ltd", "", 3),
    "US": ("Portland", "97201", "America/Los_Angeles", "Inc.", "", 5)}
STREETS = {"DE": "Hafenstr. {}", "AT": "Herrengasse {}", "CH": "Seestrasse {}", "FR": "{} rue de la Paix", "US": "{} Burnside St"}
GERMAN = {"DE", "AT", "CH"}
FIRST = ("Alster", "Birke", "Cobalt", "Dorn", "Elbe", "Falke", "Granit", "Heide", "Iris", "Juno", "Kiefer", "Linde", "Mistral", "Nebel",
         "Orion", "Pappel", "Quarz", "Rhein", "Saturn", "Tanne")
SECOND = ("Logistik", "Design", "Media", "Energy", "Foods", "Robotics", "Travel", "Health", "Studio", "Garden")
CARDS = ("visa", "visa", "visa_debit", "mastercard", "mastercard", "amex")
SIZES = {"Starter": (2, 6), "Team": (3, 12), "Business": (8, 30), "Enterprise": (40, 90)}

MOST = {"Starter": 1, "Team": 25, "Business": 250, "Enterprise": 5000}


@dataclass(frozen=True)
class Person:
    """A customer as it signs up: what it is, what it buys, and the card that it has."""

    name: str
    email: str
    phone: str | None
    country: str
    city: str
    postal_code: str
    street: str
    zone: str
    language: str
    currency: str
    vat_id: str | None
    plan: str
    interval: Interval
    seats: int
    card: str

    def quantity(self, plan: str, more: int = 0) -> int:
        """Seats of a plan: what is needed, as far as the plan goes."""
        return min(self.seats + more, MOST[plan])


def people(rng: Random, count: int) -> list[Person]:
    places = [country for country, place in PLACES.items() for _ in range(place[-1])]
    names = [f"{first} {second}" for first in FIRST for second in SECOND]
    rng.shuffle(places)
    rng.shuffle(names)
    return [_person(rng, names[n], places[n % len(places)]) for n in range(count)]


def _person(rng: Random, name: str, country: str) -> Person:
    city, postal_code, zone, form, vat_form, _ = PLACES[country]
    plan = rng.choices(list(SIZES), weights=(4, 6, 4, 1))[0]
    return Person(
        name=f"{name} {form}", email=f"accounts@{name.lower().replace(' ', '-')}.test", country=country, city=city, zone=zone,
        phone=f"+4930{rng.randrange(10**6, 10**7)}" if country == "DE" and rng.random() < 0.5 else None,
        postal_code=postal_code, street=STREETS.get(country, "High Street {}").format(rng.randrange(1, 120)),
        language="de" if country in GERMAN else "en", currency="USD" if country in ("US", "GB") else "EUR",
        vat_id=vat_id(rng, vat_form) if vat_form and rng.random() < 0.6 else None, plan=plan,
        interval=Interval.YEAR if rng.random() < 0.25 else Interval.MONTH, seats=rng.randint(*SIZES[plan]), card=rng.choice(CARDS))


def vat_id(rng: Random, form: str) -> str:
    """A VAT id of that form whose check digits are right, by trying: one in ten to one in a thousand is."""
    while True:
        tried = "".join(rng.choice("0123456789") if sign == "#" else sign for sign in form)
        if vat.is_valid(tried):
            return tried
