"""The access matrix, written by hand: who may do what to whose objects. A route that is missing here fails the build.

A new route gets one line. A column is a role, a cell is one word:

own        objects of one's own tenant; a visible one of a tenant below is refused (403)
below      objects of the tenants below, once submitted; one's own are refused (403)
branch     one's own objects and those of the tenants below, once submitted
creator    what one asked for oneself; anybody else's does not exist (404)
programme  the pages of a programme that the active tenant takes part in, for one's own tenant and those below
published  what the lead has published: everybody's who takes part in its programme
above      as `programme`, for those with tenants below them; refused (403) to others
one        as `programme`, but the figures of one tenant only; a table of many is refused (403)
page       a page about no object
self       a page about oneself: also for somebody without a membership
lead       the pages of a programme that the active tenant leads; of one that it takes part in: refused (403)
filer      the pages of a programme under which the active tenant itself files; of any other it takes part in: 403
denied     403 for what is visible

What a person does not see does not exist (404); who is not signed in is sent to the sign-in page (302).
`anyone` in place of the five words: no account is needed.
"""

ROLES = ["preparer", "head", "reviewer", "administrator", "observer"]

TABLE = """
route                 method  preparer  head      reviewer  administrator  observer

sign-in               GET     anyone
sign-in               POST    anyone
account_login         GET     anyone
account_login         POST    anyone
mfa_authenticate      GET     anyone
mfa_authenticate      POST    anyone
openid_connect_login  GET     anyone
openid_connect_login  POST    anyone
openid_connect_callback GET   anyone
openid_connect_callback POST  anyone
socialaccount_login_cancelled GET anyone
socialaccount_login_error GET anyone
invitation-accept     GET     anyone
invitation-accept     POST    anyone
set_language          POST    anyone
healthz               GET     anyone
robots-txt            GET     anyone
security-txt          GET     anyone
session-state         GET     anyone
session-state         POST    anyone
sign-out              POST    anyone
password-change       GET     self      self      self      self           self
password-change       POST    self      self      self      self           self
password-change-done  GET     self      self      self      self           self
account_reauthenticate GET    self      self      self      self           self
account_reauthenticate POST   self      self      self      self           self
mfa_reauthenticate    GET     self      self      self      self           self
mfa_reauthenticate    POST    self      self      self      self           self
mfa_index             GET     self      self      self      self           self
mfa_activate_totp     GET     self      self      self      self           self
mfa_activate_totp     POST    self      self      self      self           self
mfa_deactivate_totp   GET     self      self      self      self           self
mfa_deactivate_totp   POST    self      self      self      self           self
mfa_view_recovery_codes GET   self      self      self      self           self
mfa_generate_recovery_codes GET self    self      self      self           self
mfa_generate_recovery_codes POST self   self      self      self           self
session-list          GET     self      self      self      self           self
session-end           POST    self      self      self      self           self
signed-in-again       GET     self      self      self      self           self
components            GET     self      self      self      self           self
home                  GET     self      self      self      self           self
reminder-address      GET     page      page      page      page           page
reminder-address      POST    page      page      page      page           page
membership-switch     POST    page      page      page      page           page

filing-list           GET     page      page      page      page           page
filing-start          POST    page      page      denied    denied         denied
filing-detail         GET     branch    branch    branch    branch         branch
filing-edit           GET     own       own       denied    denied         denied
filing-edit           POST    own       own       denied    denied         denied
filing-autosave       POST    own       own       denied    denied         denied
filing-submit         GET     own       own       denied    denied         denied
filing-submit         POST    own       own       denied    denied         denied
filing-nil            GET     own       own       denied    denied         denied
filing-nil            POST    own       own       denied    denied         denied
filing-recall         GET     own       own       denied    denied         denied
filing-recall         POST    own       own       denied    denied         denied
filing-correct        GET     own       own       denied    denied         denied
filing-correct        POST    own       own       denied    denied         denied
filing-give-up        GET     own       own       denied    denied         denied
filing-give-up        POST    own       own       denied    denied         denied
filing-accept         GET     denied    denied    below     denied         denied
filing-accept         POST    denied    denied    below     denied         denied
filing-send-back      GET     denied    denied    below     denied         denied
filing-send-back      POST    denied    denied    below     denied         denied
evidence-new          GET     own       own       denied    denied         denied
evidence-new          POST    own       own       denied    denied         denied
evidence-file         GET     branch    branch    branch    branch         denied
evidence-remove       GET     own       own       denied    denied         denied
evidence-remove       POST    own       own       denied    denied         denied
evidence-restore      POST    own       own       denied    denied         denied
import-template       GET     own       own       denied    denied         denied
import-new            GET     own       own       denied    denied         denied
import-new            POST    own       own       denied    denied         denied
import-detail         GET     creator   creator   denied    denied         denied
import-detail         POST    creator   creator   denied    denied         denied
import-file           GET     creator   creator   denied    denied         denied
version-detail        GET     branch    branch    branch    branch         branch
version-attachment    GET     branch    branch    branch    branch         branch
version-print         GET     branch    branch    branch    branch         branch
version-activities    GET     branch    branch    branch    branch         branch
filing-activities     GET     own       own       denied    denied         denied
filing-typing         GET     own       own       denied    denied         denied
filing-typing         POST    own       own       denied    denied         denied
review-list           GET     denied    denied    page      denied         denied
review-list           POST    denied    denied    page      denied         denied

rollup                GET     programme programme programme programme      programme
rollup-attachment     GET     one       one       programme programme      programme
board                 GET     programme programme programme programme      programme
reminder-list         GET     denied    denied    above     above          denied
reminder-send         GET     denied    denied    above     above          denied
reminder-send         POST    denied    denied    above     above          denied
reminder-again        POST    denied    denied    below     below          denied
reminder-settings     GET     denied    denied    denied    lead           denied
reminder-settings     POST    denied    denied    denied    lead           denied
reminder-test         POST    denied    denied    denied    lead           denied
period-list           GET     programme programme programme programme      programme
period-detail         GET     programme programme programme programme      programme
period-close          GET     denied    denied    denied    lead           denied
period-close          POST    denied    denied    denied    lead           denied
period-reopen         GET     denied    denied    denied    lead           denied
period-reopen         POST    denied    denied    denied    lead           denied
period-extend         GET     denied    denied    denied    lead           denied
period-extend         POST    denied    denied    denied    lead           denied
unlock-request        GET     filer     filer     denied    denied         denied
unlock-request        POST    filer     filer     denied    denied         denied
progress              GET     programme programme programme programme      programme
target-table          GET     programme programme programme programme      programme
definitions           GET     programme programme programme programme      programme

module                GET     programme programme programme programme      programme
channels              GET     programme programme programme programme      programme
channels-export       GET     one       one       programme programme      programme
first-phase           GET     programme programme programme programme      programme
headline              GET     denied    denied    denied    lead           denied
headline              POST    denied    denied    denied    lead           denied
service-point-list    GET     programme programme programme programme      programme
service-point-list    POST    filer     filer     denied    denied         denied
service-point-edit    GET     own       own       denied    denied         denied
service-point-edit    POST    own       own       denied    denied         denied
service-point-check   GET     own       own       denied    denied         denied
service-point-check   POST    own       own       denied    denied         denied
operator-list         GET     programme programme programme programme      programme
operator-list         POST    denied    denied    denied    filer          denied
operator-check        GET     own       own       denied    denied         denied
operator-check        POST    own       own       denied    denied         denied
operator-end          POST    denied    denied    denied    own            denied

release-list          GET     programme programme programme programme      programme
release-detail        GET     published published published published      published
release-workbook      GET     published published published published      published
release-json          GET     published published published published      published
release-publish       GET     denied    denied    denied    lead           denied
release-publish       POST    denied    denied    denied    lead           denied
assessment            GET     denied    denied    lead      lead           denied
assessment-export     GET     denied    denied    lead      lead           denied
assessment-weights    GET     denied    denied    denied    lead           denied
assessment-weights    POST    denied    denied    denied    lead           denied
provider-list         GET     page      page      denied    denied         denied
provider-list         POST    page      page      denied    denied         denied
provider-edit         GET     own       own       denied    denied         denied
provider-edit         POST    own       own       denied    denied         denied

provider-kind         GET     own       own       denied    denied         denied
provider-kind         POST    own       own       denied    denied         denied
provider-ledger       GET     own       own       denied    denied         denied
provider-ledger       POST    own       own       denied    denied         denied

activity-list         GET     page      page      page      page           page
activity-new          GET     page      page      denied    denied         denied
activity-new          POST    page      page      denied    denied         denied
activity-day          GET     page      page      denied    denied         denied
activity-day          POST    page      page      denied    denied         denied
activity-import       GET     page      page      denied    denied         denied
activity-import       POST    page      page      denied    denied         denied
activity-template     GET     page      page      denied    denied         denied
activity-detail       GET     branch    branch    branch    branch         branch
activity-edit         GET     own       own       denied    denied         denied
activity-edit         POST    own       own       denied    denied         denied
activity-withdraw     GET     own       own       denied    denied         denied
activity-withdraw     POST    own       own       denied    denied         denied
activity-files        GET     own       own       denied    denied         denied
activity-files        POST    own       own       denied    denied         denied
activity-file         GET     branch    branch    branch    branch         denied
activity-file-withdraw GET    own       own       denied    denied         denied
activity-file-withdraw POST   own       own       denied    denied         denied
duplicate-list        GET     page      page      page      page           page
duplicate-decide      GET     branch    branch    branch    branch         branch
duplicate-decide      POST    own       own       below     denied         denied
duplicate-answer      GET     own       own       denied    denied         denied
duplicate-answer      POST    own       own       denied    denied         denied

material-list         GET     programme programme programme programme      programme
material-export       GET     one       one       programme programme      programme
material-add          GET     filer     filer     denied    denied         denied
material-add          POST    filer     filer     denied    denied         denied
material-register     POST    filer     filer     denied    denied         denied
material-detail       GET     branch    branch    branch    branch         branch
material-edit         GET     own       own       denied    denied         denied
material-edit         POST    own       own       denied    denied         denied
material-withdraw     POST    own       own       denied    denied         denied
material-move         POST    denied    denied    below     below          denied
material-files        GET     own       own       denied    denied         denied
material-files        POST    own       own       denied    denied         denied
material-file         GET     branch    branch    branch    branch         branch
material-file-withdraw GET    own       own       denied    denied         denied
material-file-withdraw POST   own       own       denied    denied         denied
survey-file           GET     branch    branch    branch    branch         branch
survey-overview       GET     programme programme programme programme      programme
survey-send-back      GET     denied    denied    below     denied         denied
survey-send-back      POST    denied    denied    below     denied         denied
survey-edit           GET     filer     filer     denied    denied         denied
survey-edit           POST    filer     filer     denied    denied         denied

export-list           GET     page      page      page      page           page
export-list           POST    denied    denied    page      page           page
export-now            GET     page      page      page      page           page
export-detail         GET     creator   creator   creator   creator        creator
export-file           GET     creator   creator   creator   creator        creator
export-cancel         POST    creator   creator   creator   creator        creator

people-list           GET     denied    denied    denied    page           denied
person-invite         POST    denied    denied    denied    page           denied
person-set-active     POST    denied    denied    denied    branch         denied
person-reset-codes    POST    denied    denied    denied    branch         denied
history-list          GET     page      page      page      page           denied
"""

# In which states of a return a move is possible; in any other it is answered with 409 and the state as it is now.
POSSIBLE = {
    "filing-edit": "draft returned recalled correcting closed",  # what is typed is kept after closing, too
    "filing-autosave": "draft returned recalled correcting closed",
    "filing-submit": "draft returned recalled correcting",
    "filing-typing": "draft closed",  # what was computed in a version stays computed
    "filing-nil": "draft returned recalled correcting",
    "filing-recall": "submitted nil",
    "filing-accept": "submitted nil",
    "filing-send-back": "submitted nil",
    "filing-correct": "accepted",
    "filing-give-up": "correcting",
    "survey-send-back": "submitted",
    "evidence-remove": "draft",
    "evidence-restore": "removed",
    "import-detail": "waiting",
    "activity-edit": "uncounted",  # what is counted is changed by way of its return
    "activity-withdraw": "uncounted",
    "activity-files": "uncounted",
    "activity-file-withdraw": "uncounted",
    "duplicate-answer": "counted",  # only of those is anything asked here
    "person-reset-codes": "active",
    "export-cancel": "queued",
    "reminder-again": "sent withheld dead",
    "material-edit": "collected",
    "material-withdraw": "collected",
    "material-move": "collected",
    "material-files": "collected counted",
    "material-file-withdraw": "collected",  # what a return counts is changed by way of that return
    "period-close": "open",
    "period-reopen": "closed",
    "unlock-request": "closed",
    "operator-check": "active",
    "operator-end": "active",
}
# Pages of a programme with a work module; the others have none, and no such pages.
OF_THE_MODULE = {
    "module", "channels", "channels-export", "first-phase", "headline", "service-point-list", "operator-list",
}  # fmt: skip
WITH_MODULE = {"shanghai"}
# What the page says when all is well, where it is not 200 to GET and 302 to POST.
DONE = {
    ("person-invite", "POST"): 200,  # shows the link
    ("password-change", "POST"): 422,  # an empty form comes back
    ("sign-in", "POST"): 422,  # and so do these
    ("account_login", "POST"): 422,
    ("account_reauthenticate", "POST"): 422,
    ("mfa_activate_totp", "POST"): 422,
    ("mfa_generate_recovery_codes", "POST"): 422,
    ("reminder-settings", "POST"): 422,  # an hour is missing
    ("activity-new", "POST"): 422,  # an empty form says what is missing
    ("activity-day", "POST"): 422,
    ("activity-import", "POST"): 422,
    ("duplicate-decide", "GET"): 302,  # without the other one in the address there is the one alone
    ("session-state", "POST"): 200,
    ("release-publish", "POST"): 409,  # without the preview that was looked at nothing is published
    ("headline", "POST"): 422,
    ("service-point-list", "POST"): 422,
    ("operator-list", "POST"): 422,
    ("assessment-weights", "POST"): 422,  # an empty form says what is missing
    ("filing-typing", "POST"): 422,  # no provider is chosen
    ("review-list", "POST"): 302,  # nothing is ticked: back to the list
    ("material-add", "POST"): 422,  # an empty form says what is missing
    ("survey-edit", "POST"): 400,  # the page's revision is missing
    ("filing-autosave", "POST"): 200,  # a script asks, and is told in JSON
    ("mfa_authenticate", "GET"): 302,  # nobody is between password and code
    ("mfa_reauthenticate", "GET"): 302,  # without codes it leads to the page for the password
    ("mfa_deactivate_totp", "GET"): 404,
    ("mfa_deactivate_totp", "POST"): 404,
    ("mfa_view_recovery_codes", "GET"): 404,
    ("openid_connect_login", "GET"): 404,  # no provider is set up
    ("openid_connect_login", "POST"): 404,
    ("openid_connect_callback", "GET"): 404,
    ("openid_connect_callback", "POST"): 404,
    ("socialaccount_login_error", "GET"): 401,
}
# The same for somebody who has set up one-time codes, where it differs.
DONE_WITH_CODES = {
    ("mfa_reauthenticate", "GET"): 200,
    ("mfa_reauthenticate", "POST"): 422,
    ("mfa_activate_totp", "GET"): 302,
    ("mfa_activate_totp", "POST"): 302,
    ("mfa_deactivate_totp", "GET"): 200,
    ("mfa_deactivate_totp", "POST"): 302,
    ("mfa_view_recovery_codes", "GET"): 200,
    ("mfa_generate_recovery_codes", "POST"): 302,
}
# Pages that need no account but answer otherwise: (who is not signed in, who is); to an empty form in EMPTY_FORM.
ANSWERS = {"sign-in": (200, 302), "account_login": (200, 302), "session-state": (401, 200)}
EMPTY_FORM = {"sign-in": (422, 302), "account_login": (422, 302)}
# Forms whose failed attempts are counted, against guessing; that is kept although the form is refused.
COUNTS_ATTEMPTS = "portal_cache"
# What a page notes when it is looked at: the table in which it does. No other GET writes anything.
SHOWN_ONCE = {
    "mfa_view_recovery_codes": "mfa_authenticator",
    "filing-detail": "reporting_opening",
    "filing-send-back": "reporting_opening",
}
# Who has a step to take reaches what needs no account and these; everything else leads to the step.
STEPS = {
    "password-change": {"password-change"},
    "mfa_activate_totp": {"mfa_activate_totp", "account_reauthenticate"},
}
# What is kept although it is answered with 409: a file that was uploaded while the return takes none.
KEPT = {("import-new", "POST")}
# A page that leads back to the return as it is now instead of refusing it.
LEADS_BACK = {("filing-edit", "GET"), ("material-edit", "GET")}

# Pages of programmes that collect materials and begin with a survey: Taizhou's alone.
OF_TAIZHOU = {
    "material-list", "material-export", "material-add", "material-register", "survey-overview", "survey-edit",
}  # fmt: skip

# What needs no account. The last word on each is the review of this file.
WITHOUT_ACCOUNT = {
    "sign-in", "account_login", "mfa_authenticate", "sign-out",
    "openid_connect_login", "openid_connect_callback", "socialaccount_login_cancelled", "socialaccount_login_error",
    "session-state", "invitation-accept", "set_language",
    "healthz", "robots-txt", "security-txt",
}  # fmt: skip
WITHOUT_CSRF_TOKEN: set[str] = set()


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


MATRIX = read_table()
