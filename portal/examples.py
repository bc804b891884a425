"""What the page of shared components is filled with: 演示数据, shaped as the real pages' own values are."""

from datetime import datetime

COLUMNS = ["应用类短期培训（场）", "应用类短期培训（人次）", "“三入”服务培训（场次）"]
AT = datetime.fromisoformat("2022-03-25T10:42:00+08:00")


def _cell(column: int, now: int, before: int, last: int, **said: list[dict]) -> dict:
    return {
        "name": f"reason-example-{column}-{now}",
        "label": COLUMNS[column],
        "now": now,
        "before": before,
        "last": last,
        "differs_from_version": now != before,
        "differs_from_period": now != last,
        **said,
    }


def review() -> dict:
    """A version under review, beside the version before and last quarter's, with what was said about its cells."""
    reply = {"reason": "请核对人次：附件签到册为 410。", "answer": "原填累计数，已改为本季数 410。"}
    question = {
        "question": "平均每场 51 人次，与往季相差较大。",
        "answer": "中心校分四班授课，已核对签到册。",
    }
    rows = [
        {
            "name": "reason-example-row-1",
            "provider": "温岭市社区学院",
            "cells": [_cell(0, 8, 12, 6), _cell(1, 410, 606, 295, replies=[reply]), _cell(2, 1, 1, 1)],
        },
        {
            "name": "reason-example-row-2",
            "provider": "太平街道社区学校",
            "state": "new",
            "cells": [_cell(0, 2, 0, 2), _cell(1, 102, 0, 96, explanations=[question]), _cell(2, 0, 0, 1)],
        },
    ]
    totals = [{**_cell(0, 10, 12, 8)}, {**_cell(1, 512, 606, 391)}, {**_cell(2, 1, 1, 2)}]
    for each in totals:
        del each["name"]  # no reason stands at a total
    last = {"filing": {"period": {"short_name": "2021年四季度"}}}
    columns = [{"name": each} for each in COLUMNS]
    return {"columns": columns, "rows": rows, "totals": totals, "previous": True, "last": last}


FILING = {
    "tenant": {"name": "温岭市教育局"},
    "period": {
        "name": "2022年第一季度",
        "programme": {"layout": {"provider_heading": "提供服务的单位", "total_label": "合计"}},
    },
    "draft": {"is_nil": False},
}


def reasons() -> dict:
    """Why a return came back, as whoever fills it in sees it: one answered by a change, one still open."""
    changed = {"name": "reply-example-1", "is_open": False, "change": "606 → 410"}
    changed["point"] = {
        "place": "温岭市社区学院 · 短期培训（人次）",
        "reason": "请核对人次：附件签到册为 410。",
    }
    still_open = {"name": "reply-example-2", "is_open": True}
    still_open["point"] = {"place": "整份季报", "reason": "请补充“三入”服务的地点。"}
    return {"listed": [{"answer": changed, "anchor": "review"}, {"answer": still_open}]}


def notices() -> list[dict]:
    return [
        {
            "kind": "sent_back",
            "text": "2022年第一季度季报被退回",
            "link": "#reasons-example",
            "at": AT,
            "detail": "请核对人次：附件签到册为 410。",
        },
        {"kind": "extended", "text": "2022年第一季度延期至2022年4月2日", "link": "#news", "at": AT},
    ]


def preview() -> dict:
    """What a file would change in a draft."""
    same = [{"before": "1", "after": "1"}, {"before": "51", "after": "51"}, {"before": "0", "after": "0"}]
    changed = [same[0], {"before": "60", "after": "63", "is_changed": True}, same[2]]
    rows = [
        {"kind": "changed", "provider": "白云街道社区学校", "cells": changed},
        {"kind": "added", "provider": "章安街道社区学校", "cells": same},
        {"kind": "removed", "provider": "葭沚街道成校", "cells": same},
    ]
    return {"added": 1, "changed": 1, "removed": 1, "same": 3, "rows": rows}


def assessment() -> dict:
    rate = {"of": COLUMNS[0], "text": "105.0%", "number": 1.05, "why": "21 ÷ 20 = 105.0%，按 100% 计分"}
    behind = {"of": COLUMNS[1], "text": "90.2%", "number": 0.902, "why": "902 ÷ 1,000 = 90.2%"}
    none = {"of": COLUMNS[2], "text": "/", "number": None, "why": "没有任务"}
    score = {"of": "得分", "text": "96.7", "why": "(2 × 100% + 1 × 90.2%) ÷ 3 = 96.7"}
    row = {"rank": 1, "name": "玉环市教育局", "score": score, "figures": [rate, behind, none]}
    weights = list(zip(COLUMNS, [2, 1, 1], strict=True))
    return {"columns": weights, "rows": [{**row, "not_filed": ["2022年第一季度"]}]}


RATES = {
    "name": "2022年第一季度",
    "expected": 10,
    "filed": 9,
    "reporting_rate": "90.0",
    "on_time": 8,
    "timeliness_rate": "80.0",
    "missing": ["仙居"],
    "late": 1,
    "late_names": ["玉环"],
}
REMINDER = "\n".join(
    [
        "【催报】2022年第一季度季报（演示数据）",
        "按时上报截止3月28日（星期一）24时，还有7天。",
        "未上报（1家）：仙居县教育局",
        "本季度没有开展活动的，也请作零报告。",
    ]
)
PASTE = {
    "summary": "将填入 2 格，其中 1 格现有其他内容：",
    "rows": [{"row": 3, "column": COLUMNS[1], "now": "60", "after": "63"}],
}


def components() -> dict:
    return {
        "review": review(),
        "filing": FILING,
        "typed": {},
        "errors": {},
        "reasons": reasons(),
        "last_review": {"reviewed_by": "李审核（演示）", "reviewed_at": AT},
        "notices": notices(),
        "columns": [{"name": each} for each in COLUMNS],
        "preview": preview(),
        "assessment": assessment(),
        "present": RATES,
        "copy_text": REMINDER,
        "paste": PASTE,
        "draft": {"saved_at": AT, "saved_by": "陈晓（演示）"},
    }
