"""Moves at the wrong moment or by the wrong person (catalogue part F): who presses what on a return in which state."""

from typing import NamedTuple

CLERK, HEAD, NEIGHBOUR = "jiaojiang-preparer", "jiaojiang-head", "huangyan-preparer"
REVIEWER, OBSERVER = "taizhou-education-reviewer", "taizhou-education-observer"
ADMINISTRATOR, SHANGHAI = "taizhou-education-administrator", "shanghai-civil-affairs-reviewer"
REASON = {"reason": "第1行人次有误，请核对后重报。"}


class Situation(NamedTuple):
    id: str
    state: str  # a key of the runner's MAKE
    who: str
    page: str
    status: int
    data: dict = {}


def all_of(id: str, state: str, who: str, status: int, /, *pages: str, **data: str) -> list[Situation]:
    return [Situation(id, state, who, page, status, data or REASON) for page in pages]


SITUATIONS = [
    # after the books are closed
    *all_of("F02", "draft, then closed", CLERK, 409, "filing-nil"),
    *all_of("F29", "draft, then closed", CLERK, 302, "filing-edit", do="save"),  # typing is never lost
    *all_of("F02", "ready, then closed", CLERK, 409, "filing-submit"),
    *all_of("F02", "submitted, then closed", CLERK, 409, "filing-recall"),
    *all_of("F30", "submitted, then closed", REVIEWER, 302, "filing-accept", confirmed="1"),
    *all_of("F30", "submitted, then closed", REVIEWER, 302, "filing-send-back"),
    *all_of("F18", "accepted, then closed", CLERK, 302, "filing-correct"),
    # nothing to submit, or both
    *all_of("F05", "draft", CLERK, 422, "filing-edit", do="check"),
    *all_of("F05", "draft", CLERK, 302, "filing-submit"),  # back to the table: nothing is submitted
    *all_of(
        "F06", "draft", CLERK, 422, "filing-edit", do="check", nil="1",
        **{"row-1-provider": "海门街道社区学校", "row-1-training_sessions": "1"},
    ),
    # the wrong moment
    *all_of("F08", "accepted", REVIEWER, 409, "filing-accept", "filing-send-back"),
    *all_of("F08", "returned", REVIEWER, 409, "filing-accept", "filing-send-back"),
    *all_of("F08", "recalled", REVIEWER, 409, "filing-accept", "filing-send-back"),
    *all_of("F08", "correcting", REVIEWER, 409, "filing-accept", "filing-send-back"),
    *all_of("F08", "draft", REVIEWER, 404, "filing-accept", "filing-send-back"),
    *all_of("F09", "submitted", CLERK, 409, "filing-edit", "filing-submit", "filing-nil", "filing-correct"),
    *all_of("F09", "accepted", CLERK, 409, "filing-edit", "filing-submit", "filing-nil", "filing-recall"),
    *all_of("F09", "submitted nil", CLERK, 409, "filing-edit", "filing-submit", "filing-nil"),
    *all_of("F10", "draft", CLERK, 409, "filing-recall", "filing-correct", "filing-give-up"),
    *all_of("F10", "returned", CLERK, 409, "filing-recall", "filing-correct", "filing-give-up"),
    *all_of("F10", "correcting", CLERK, 409, "filing-recall", "filing-correct"),
    *all_of("F10", "recalled", CLERK, 409, "filing-recall", "filing-correct"),
    # without a reason
    *all_of("F15", "submitted", REVIEWER, 422, "filing-send-back", reason=""),
    *all_of("F15", "submitted", REVIEWER, 422, "filing-send-back", reason=" \u3000"),
    *all_of("F17", "accepted", CLERK, 422, "filing-correct", reason=""),
    # the wrong person
    *all_of("F17", "accepted", REVIEWER, 403, "filing-correct"),
    *all_of("F17", "correcting", REVIEWER, 403, "filing-give-up"),
    *all_of("F17", "accepted", CLERK, 409, "filing-give-up"),
    *all_of("F17", "accepted", SHANGHAI, 404, "filing-correct", "filing-accept"),
    *all_of("F08+", "submitted", CLERK, 403, "filing-accept", "filing-send-back"),
    *all_of("F08+", "submitted", HEAD, 403, "filing-accept", "filing-send-back"),
    *all_of("F08+", "submitted", NEIGHBOUR, 404, "filing-accept", "filing-recall", "filing-edit"),
    *all_of("F08+", "submitted", REVIEWER, 403, "filing-recall", "filing-edit", "filing-submit", "filing-nil"),
    *all_of("F08+", "submitted", ADMINISTRATOR, 403, "filing-accept", "filing-send-back", "filing-recall"),
    *all_of("F36", "submitted", OBSERVER, 403, "filing-accept", "filing-send-back", "filing-recall", "filing-edit"),
    *all_of("F36", "accepted", OBSERVER, 403, "filing-correct", "filing-nil", "filing-submit"),
    # an unknown state or move in the body is nobody's business
    *all_of("F39", "draft", CLERK, 302, "filing-edit", do="save", status="accepted", state="accepted"),
    *all_of("F39", "submitted", CLERK, 409, "filing-edit", do="save", status="draft", move="accept"),
]  # fmt: skip
