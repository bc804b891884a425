"""What the answer has to be: the matrix, read for one persona and one thing. It asks no product code."""

from . import cast
from .cast import Persona
from .matrix import (
    ANSWERS,
    DONE,
    EMPTY_FORM,
    LEADS_BACK,
    MATRIX,
    OF_TAIZHOU,
    OF_THE_MODULE,
    POSSIBLE,
    WITH_MODULE,
)
from .world import Thing

SIGN_IN, REFUSED, NOT_FOUND, CONFLICT, NOT_OFFERED, REJECTED = 302, 403, 404, 409, 405, 422
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
DECIDED = {"filing-accept", "filing-send-back", "survey-send-back"}


def relation(own: str, other: str) -> str:
    """What the other tenant is to one's own."""
    if own == other:
        return "own"
    return "below" if own in cast.ABOVE.get(other, ()) else "foreign"


def sees(persona: Persona, own: str, thing: Thing) -> bool:
    if thing.kind in ("export", "import") and persona.username not in thing.by:
        return False
    if thing.kind == "release":
        return bool(thing.tenant) and cast.PROGRAMME[own] == cast.PROGRAMME[thing.tenant]
    seen = {"own"} if thing.is_hidden or thing.kind == "import" else {"own", "below"}
    if thing.kind == "reminder":  # whoever is reminded does not see the outbox of those above
        seen = {"below"}
    return relation(own, thing.tenant) in seen


def standing(persona: Persona, thing: Thing) -> tuple:
    """What the answer about the thing depends on: by which right it is seen, or in how far it is a stranger's."""
    for own, role in persona.at:
        if sees(persona, own, thing):
            works_there = thing.tenant in {code for code, _role in persona.at}
            return relation(own, thing.tenant), role, persona.username in thing.by, works_there
    return persona.is_signed_in, *(
        (relation(own, thing.tenant), cast.PROGRAMME[own]) for own, _role in persona.at
    )


def words(name: str, method: str) -> dict[str, str] | None:
    """HEAD is asked of what GET is asked of."""
    return MATRIX[name].get("GET" if method == "HEAD" else method)


def for_thing(name: str, method: str, persona: Persona, thing: Thing) -> int:
    """The status that the address of a thing answers with."""
    if not persona.is_signed_in:
        return SIGN_IN
    for own, role in persona.at:
        if sees(persona, own, thing):
            return _for_seen(
                name, method, persona, thing, relation(own, thing.tenant), words(name, method)[role]
            )
    return NOT_FOUND


def _for_seen(name: str, method: str, persona: Persona, thing: Thing, related: str, word: str) -> int:
    allowed = {
        "own": ["own"],
        "below": ["below"],
        "branch": ["own", "below"],
        "creator": ["own"],
        "published": ["own", "below", "foreign"],
        "denied": [],
    }
    if related not in allowed[word]:
        return REFUSED
    if name in DECIDED and thing.tenant in {code for code, _role in persona.at}:
        return REFUSED  # nobody decides on what comes from where they work
    if thing.kind == "person" and persona.username in thing.by:
        return REFUSED  # nobody ends their own membership
    if name == "export-file" and thing.state != "done":
        return NOT_FOUND  # there is none yet
    if is_impossible(name, method, thing):
        return 302 if (name, "GET" if method == "HEAD" else method) in LEADS_BACK else CONFLICT
    return done(name, method)


def is_impossible(name: str, method: str, thing: Thing) -> bool:
    """The page about a file only shows it; taking one over is possible once, and while the return takes what is typed."""
    if name == "import-new":
        return method == "POST" and thing.state not in POSSIBLE["filing-submit"].split()
    if name == "evidence-new":
        return method == "POST" and thing.state not in POSSIBLE["filing-edit"].split()
    if name == "import-detail" and method != "POST":
        return False
    return name in POSSIBLE and thing.state not in POSSIBLE[name].split()


def for_page(name: str, method: str, persona: Persona) -> int:
    """The status of a page about no object."""
    cell = words(name, method)
    if name in ANSWERS:
        answers = EMPTY_FORM if method == "POST" and name in EMPTY_FORM else ANSWERS
        return answers[name][persona.is_signed_in]
    if "anyone" in cell.values():
        return done(name, method)
    if not persona.is_signed_in:
        return SIGN_IN
    if set(cell.values()) == {"self"}:
        return done(name, method)
    if not persona.at:
        return NOT_FOUND
    return REFUSED if cell[persona.at[0][1]] == "denied" else done(name, method)


def for_programme(name: str, method: str, persona: Persona, programme: str, under: str = "") -> int:
    """The status of a programme's page, of one's own tenant or of the one that `?tenant=` names."""
    if not persona.is_signed_in:
        return SIGN_IN
    if not persona.at:
        return NOT_FOUND
    own, role = persona.at[0]
    under = under or own
    if programme != cast.PROGRAMME[own] or relation(own, under) == "foreign":
        return NOT_FOUND
    if name in OF_TAIZHOU and programme != "taizhou":
        return NOT_FOUND
    if name in OF_THE_MODULE and programme not in WITH_MODULE:
        return NOT_FOUND
    word = words(name, method)[role]
    is_refused = {
        "one": under in cast.HAVE_CHILDREN,
        "above": own not in cast.HAVE_CHILDREN,
        "lead": bool(cast.ABOVE[own]),
        "filer": not cast.ABOVE[own],
        "denied": True,
    }
    if is_refused.get(word):
        return REFUSED
    return done(name, method)


def for_period(name: str, method: str, persona: Persona, programme: str, state: str) -> int:
    """The status of a page about one period, which is open or closed, of a programme."""
    if not persona.is_signed_in:
        return SIGN_IN
    if not persona.at:
        return NOT_FOUND
    own, role = persona.at[0]
    if programme != cast.PROGRAMME[own]:
        return NOT_FOUND
    word = words(name, method)[role]
    is_lead = not cast.ABOVE[own]
    if word == "denied" or (word == "lead" and not is_lead) or (word == "filer" and is_lead):
        return REFUSED
    if name in POSSIBLE and state not in POSSIBLE[name].split():
        return CONFLICT
    return done(name, method)


def done(name: str, method: str) -> int:
    asked = "GET" if method == "HEAD" else method
    return DONE.get((name, asked), 302 if method == "POST" else 200)
