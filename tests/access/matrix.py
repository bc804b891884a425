"""The access matrix, written by hand: who may do what to whose objects. A route that is missing here fails the build.

A new route gets one line. A column is a role, a cell is one word:

own        objects of one's own tenant; a visible one of a tenant below is refused (403)
below      objects of the tenants below, once submitted; one's own are refused (403)
branch     one's own objects and those of the tenants below, once submitted
creator    what one asked for oneself; anybody else's does not exist (404)
programme  the pages of a programme that the active tenant takes part in, for one's own tenant and those below
one        as `programme`, but the figures of one tenant only; a table of many is refused (403)
page       a page about no object
self       a page about oneself: also for somebody without a membership
denied     403 for what is visible

What a person does not see does not exist (404); who is not signed in is sent to the sign-in page (302).
`anyone` in place of the five words: no account is needed.
"""

ROLES = ["preparer", "head", "reviewer", "administrator", "observer"]

TABLE = """
route                 method  preparer  head      reviewer  administrator  observer

sign-in               GET     anyone
sign-in               POST    anyone
invitation-accept     GET     anyone
invitation-accept     POST    anyone
set_language          POST    anyone
healthz               GET     anyone
sign-out              POST    self      self      self      self           self
password-change       GET     self      self      self      self           self
password-change       POST    self      self      self      self           self
password-change-done  GET     self      self      self      self           self
components            GET     self      self      self      self           self
home                  GET     self      self      self      self           self
membership-switch     POST    page      page      page      page           page

filing-list           GET     page      page      page      page           page
filing-start          POST    page      page      denied    denied         denied
filing-detail         GET     branch    branch    branch    branch         branch
filing-edit           GET     own       own       denied    denied         denied
filing-edit           POST    own       own       denied    denied         denied
filing-submit         GET     own       own       denied    denied         denied
filing-submit         POST    own       own       denied    denied         denied
filing-nil            GET     own       own       denied    denied         denied
filing-nil            POST    own       own       denied    denied         denied
filing-recall         GET     own       own       denied    denied         denied
filing-recall         POST    own       own       denied    denied         denied
filing-correct        GET     own       own       denied    denied         denied
filing-correct        POST    own       own       denied    denied         denied
filing-accept         GET     denied    denied    below     denied         denied
filing-accept         POST    denied    denied    below     denied         denied
filing-send-back      GET     denied    denied    below     denied         denied
filing-send-back      POST    denied    denied    below     denied         denied
version-detail        GET     branch    branch    branch    branch         branch
version-attachment    GET     branch    branch    branch    branch         branch

rollup                GET     programme programme programme programme      programme
rollup-attachment     GET     one       one       programme programme      programme
board                 GET     programme programme programme programme      programme
progress              GET     programme programme programme programme      programme
target-table          GET     programme programme programme programme      programme
definitions           GET     programme programme programme programme      programme

export-list           GET     denied    denied    page      page           page
export-list           POST    denied    denied    page      page           page
export-detail         GET     denied    denied    creator   creator        creator
export-file           GET     denied    denied    creator   creator        creator

people-list           GET     denied    denied    denied    page           denied
person-invite         POST    denied    denied    denied    page           denied
person-set-active     POST    denied    denied    denied    branch         denied
history-list          GET     page      page      page      page           denied
"""

# In which states of a return a move is possible; in any other it is answered with 409 and the state as it is now.
POSSIBLE = {
    "filing-edit": "draft returned recalled correcting",
    "filing-submit": "draft returned recalled correcting",
    "filing-nil": "draft returned recalled correcting",
    "filing-recall": "submitted nil",
    "filing-accept": "submitted nil",
    "filing-send-back": "submitted nil",
    "filing-correct": "accepted",
}
# What the page says when all is well, where it is not 200 to GET and 302 to POST.
DONE = {
    ("person-invite", "POST"): 200,  # shows the link
    ("password-change", "POST"): 200,  # an empty form comes back
    ("sign-in", "POST"): 200,  # and so does this one
}
# A page that leads back to the return as it is now instead of refusing it.
LEADS_BACK = {("filing-edit", "GET")}

# What needs no account. The last word on each is the review of this file.
WITHOUT_ACCOUNT = {"sign-in", "invitation-accept", "set_language", "healthz"}
WITHOUT_CSRF_TOKEN: set[str] = set()

TASKS = {"reporting.tasks.run_export", "reporting.tasks.requeue_lost_jobs"}

COMMANDS = {
    "portal": {"application_url", "create_administrator", "demo_accounts", "messages", "prepare"},
    "targets": {"load_facts", "targets"},
    "reporting": {
        "assessment", "export_attachment", "import_return", "load_demo", "move_filing", "rollup", "workflow",
    },
}  # fmt: skip

PERMISSIONS = """
                preparer  head  reviewer  administrator  observer
view            yes       yes   yes       yes            yes
file            yes       yes   -         -              -
review          -         -     yes       -              -
export_all      -         -     yes       yes            yes
people          -         -     -         yes            -
history         yes       yes   yes       yes            -
"""


def read_table(text: str = TABLE) -> dict[str, dict[str, dict[str, str]]]:
    """{route: {method: {role: word}}}."""
    matrix: dict[str, dict[str, dict[str, str]]] = {}
    for line in text.strip().splitlines()[1:]:
        if not line.strip():
            continue
        route, method, *words = line.split()
        words = words * len(ROLES) if words == ["anyone"] else words
        methods = matrix.setdefault(route, {})
        assert method not in methods, f"{route} {method} has two lines"
        methods[method] = dict(zip(ROLES, words, strict=True))
    return matrix


def read_permissions(text: str = PERMISSIONS) -> dict[str, set[str]]:
    """{role: {permission}}."""
    roles, *lines = [line.split() for line in text.strip().splitlines()]
    return {
        role: {line[0] for line in lines if line[1:][column] == "yes"} for column, role in enumerate(roles)
    }


MATRIX = read_table()
