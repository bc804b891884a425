"""The life of a material (成果), on one screen: 征集 → 入选 → 推广.

“全市每年征集建设10个…视频、1 本以上纸媒教材…，做好1个以上优秀案例的征集和推广工作”: whoever made it records it and may
change it while it is collected; the lead selects and promotes. Nothing of this decides whether it counts: what is
finished counts (D13, D15).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MaterialState(TextChoices):
    COLLECTED = "collected", _("Collected")
    SELECTED = "selected", _("Selected")
    PROMOTED = "promoted", _("Promoted")


class MaterialMove(TextChoices):
    SELECT = "select", _("Mark as selected")
    PROMOTE = "promote", _("Mark as promoted")
    STEP_BACK = "step_back", _("Take one step back")


@dataclass(frozen=True)
class Step:
    """From which state to which; a step back is never without a reason."""

    ways: Mapping[str, MaterialState]
    needs_reason: bool = False


STEPS = {
    MaterialMove.SELECT: Step({MaterialState.COLLECTED: MaterialState.SELECTED}),
    MaterialMove.PROMOTE: Step({MaterialState.SELECTED: MaterialState.PROMOTED}),
    MaterialMove.STEP_BACK: Step(
        {
            MaterialState.SELECTED: MaterialState.COLLECTED,
            MaterialState.PROMOTED: MaterialState.SELECTED,
        },
        needs_reason=True,
    ),
}
