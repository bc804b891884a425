"""Who asks: every role at the tenants that matter, and those for whom something is out of the ordinary."""

from dataclasses import dataclass

from portal.models import Membership, User

from ..factories import tenant

# The tree as far as the cast needs it, by hand: the product's own idea of “below” is what is under test.
CITY, COUNTY, SIBLING, CITY_UNIT = "taizhou-education", "jiaojiang", "huangyan", "taizhou-rtvu"
SHANGHAI, PILLAR, DISTRICT, OTHER_DISTRICT = (
    "shanghai-civil-affairs",
    "sh-eldercare",
    "sh-huangpu",
    "sh-xuhui",
)
PLAIN_PILLAR = "sh-bigdata"
ABOVE = {
    CITY: (),
    COUNTY: (CITY,),
    SIBLING: (CITY,),
    CITY_UNIT: (CITY,),
    SHANGHAI: (),
    PILLAR: (SHANGHAI,),
    PLAIN_PILLAR: (SHANGHAI,),
    DISTRICT: (PILLAR, SHANGHAI),
    OTHER_DISTRICT: (PILLAR, SHANGHAI),
}
HAVE_CHILDREN = {above for all_above in ABOVE.values() for above in all_above}
PROGRAMME = {
    code: "shanghai" if code == SHANGHAI or SHANGHAI in above else "taizhou" for code, above in ABOVE.items()
}


@dataclass(frozen=True)
class Persona:
    """`at`: the memberships that count, the active one first. `username` "": nobody at all."""

    name: str
    username: str
    at: tuple[tuple[str, str], ...] = ()
    is_signed_in: bool = True


def plain(code: str, *roles: str) -> list[Persona]:
    return [Persona(f"{code}-{role}", f"{code}-{role}", ((code, role),)) for role in roles]


PREPARER, HEAD, REVIEWER, ADMINISTRATOR, OBSERVER = (
    "preparer",
    "head",
    "reviewer",
    "administrator",
    "observer",
)
DUAL = Persona("city reviewer who prepares 市本级", "dual", ((CITY, REVIEWER), (CITY_UNIT, PREPARER)))
CAST = [
    Persona("anonymous", "", is_signed_in=False),
    *plain(COUNTY, PREPARER, HEAD, ADMINISTRATOR, OBSERVER),
    *plain(SIBLING, PREPARER, ADMINISTRATOR),
    *plain(CITY_UNIT, PREPARER),
    *plain(CITY, REVIEWER, ADMINISTRATOR, OBSERVER),
    *plain(SHANGHAI, REVIEWER, ADMINISTRATOR, OBSERVER),
    *plain(PILLAR, PREPARER, HEAD, REVIEWER, ADMINISTRATOR),
    *plain(DISTRICT, PREPARER, ADMINISTRATOR),
    *plain(OTHER_DISTRICT, PREPARER),
    Persona("without any membership", "nobody"),
    Persona("disabled account with a live session", "disabled", is_signed_in=False),
    Persona("ended membership", "ended"),
    Persona("in both programmes", "both", ((COUNTY, PREPARER), (PLAIN_PILLAR, PREPARER))),
    DUAL,
]

# Who asks every day: one of each standing towards 椒江's things and a district's. Everybody asks in script/assure.
EVERYDAY = {
    "anonymous",
    *("jiaojiang-preparer", "jiaojiang-head", "huangyan-preparer"),
    *("taizhou-education-reviewer", "taizhou-education-administrator", "taizhou-education-observer"),
    *("shanghai-civil-affairs-administrator", "sh-eldercare-reviewer", "sh-huangpu-preparer"),
    *("disabled account with a live session", "ended membership", "in both programmes"),
    "city reviewer who prepares 市本级",
}


def make_the_extraordinary() -> None:
    """The accounts that the demonstration does not have."""
    for username, places in {
        "nobody": [],
        "disabled": [(COUNTY, PREPARER), (CITY, REVIEWER)],
        "ended": [(COUNTY, PREPARER), (CITY, ADMINISTRATOR)],
        "both": [(COUNTY, PREPARER), (PLAIN_PILLAR, PREPARER)],
        "dual": [(CITY, REVIEWER), (CITY_UNIT, PREPARER)],
    }.items():
        user = User.objects.create(username=username, full_name=f"{username}（演示）")
        for code, role in places:
            Membership.objects.create(
                user=user, tenant=tenant(code), role=role, is_active=username != "ended"
            )


def person(name: str) -> Persona:
    return next(each for each in CAST if each.name == name)
