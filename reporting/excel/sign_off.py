"""Does this row say who filled the table in, when, and where they can be reached? Then it is no provider's."""

import re
from collections.abc import Mapping

_SIGNED = "填表|填报|制表|审核|审批|复核|校对|经办|负责|分管|主管|领导|联系|报送|上报|报出|单位|签字|签名|签章|盖章|公章|电话|手机|传真|邮箱|日期|时间"
_SIGN_OFF = re.compile(rf"[（(]?[^：:，,。0-9]{{0,8}}({_SIGNED})[^：:，,。0-9]{{0,8}}[：:]")
_LABEL = re.compile(rf"(单位)?({_SIGNED.replace('|单位', '')})(人|员|人员|日期|时间|电话|负责人|号码)?")
_NOTE = re.compile(r"\s*(注|备注|说明|附注)\s*[0-9一二三]?\s*[：:]")


def is_sign_off(texts: Mapping[int, str]) -> bool:
    """Whether a row says who filled the table in and when, or explains it: 填表人：甲，联系电话：……"""
    joined = ["".join(text.split()) for text in texts.values()]
    return any(_SIGN_OFF.match(text) or _LABEL.fullmatch(text) or _NOTE.match(text) for text in joined)
