"""What may happen on the random walk: mostly what those do who may, on the page as it is now."""

from datetime import timedelta

from hypothesis import strategies as st

CITY, COUNTIES = "taizhou-education", ("jiaojiang", "huangyan")
PERIODS = ("2022Q1", "2022Q2")
MINUTE, MOMENT, DAY = timedelta(minutes=1), timedelta(microseconds=1), timedelta(days=1)
REASON = "请核对人次后重报。"
# What it does at least once, by the name in the history; the other actions are in `test_each_action.py`.
MOVES_MADE = {
    *("start", "save", "autosave", "submit", "nil", "recall", "accept", "send_back", "correct"),
    "give_up",
    *("close_period", "reopen_period", "extend", "export"),
    *("invite", "accept_invitation", "activate", "deactivate"),
}
# What may move a figure: after each of these the sums are taken again, and at the end of every walk.
DECISIONS = {"submit", "nil", "recall", "accept", "send_back", "correct"}

# Who acts, as seen from the return's tenant. The twin files for 椒江 and reviews at the city.
FILERS = ["clerk"] * 8 + ["head", "twin", "twin", "twin", "neighbour", "reviewer", "observer"]
REVIEWERS = ["reviewer"] * 8 + ["twin reviewer"] * 4 + ["clerk", "administrator", "other reviewer"]
RETURNS = [("jiaojiang", "2022Q1")] * 5 + [("huangyan", "2022Q1")] * 3
RETURNS += [("jiaojiang", "2022Q2"), ("huangyan", "2022Q2")]
# What is typed into a draft; the second line is junk, as it stands.
KINDS = (
    ["figures"] * 4 + ["zeros", "unusual", "unusual and explained", "nothing"] + ["nil without contacts"] * 2
)
KINDS += ["约50", "", "-1", "1_000", "=1+1", "½"]

flag = st.booleans()
of = {"of": st.sampled_from(RETURNS)}
filer = of | {"who": st.sampled_from(FILERS), "behind": st.sampled_from([0] * 15 + [1, 2, -1])}
reviewer = filer | {"who": st.sampled_from(REVIEWERS)}
reason = {"reason": st.sampled_from([REASON] * 5 + ["", "　\n"])}
administrator = {"code": st.sampled_from(COUNTIES), "who": st.sampled_from(["city", "county", "neighbour"])}
decider = {
    "quarter": st.sampled_from(PERIODS),
    "who": st.sampled_from(["administrator"] * 5 + ["reviewer", "clerk", "other administrator"]),
}
asker = {"quarter": st.sampled_from(PERIODS), "who": st.sampled_from(["reviewer", "administrator"])}
picks = {"picks": st.lists(st.integers(0, 5), min_size=1, max_size=4)}

# {name of a method of the walk: (how often, what it is given)}
HAPPENINGS = {
    "go_on": (6, of | {"who": filer["who"], "checker": reviewer["who"]} | picks),
    "start": (1, of | {"who": filer["who"]}),
    "save": (4, filer | {"kind": st.sampled_from(KINDS), "videos": st.integers(0, 5), "answers": flag}),
    "autosave": (2, of | {"who": filer["who"], "videos": st.integers(0, 5)}),
    "submit": (3, filer),
    "nil": (3, filer),
    "recall": (3, filer),
    "accept": (3, reviewer),
    "send_back": (2, reviewer | reason),
    "correct": (3, filer | reason),
    "give_up": (1, filer),
    "close_period": (2, decider | reason | {"names_waiting": flag}),
    "reopen_period": (
        3,
        decider | reason | {"days": st.sampled_from([None, 1, 3, 0]), "closes_first": flag},
    ),
    "extend": (
        1,
        decider | reason | {"code": st.sampled_from(COUNTIES), "days": st.sampled_from([1, 2, 20, 0])},
    ),
    "wait": (2, {"long": flag}),
    "press_again": (2, {}),
    "invite_and_join": (1, administrator),
    "set_active": (
        2,
        administrator
        | {
            "whom": st.sampled_from(["head", "observer"]),
            "is_change": st.sampled_from([True, True, False]),
            "and_back": flag,
        },
    ),
    "export": (1, asker),
}
happenings = st.sampled_from(
    [name for name, (often, _given) in HAPPENINGS.items() for _ in range(often)]
).flatmap(lambda name: st.tuples(st.just(name), st.fixed_dictionaries(HAPPENINGS[name][1])))
