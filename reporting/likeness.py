"""May two names mean the same provider? Bracket forms, widths, blanks and traditional characters make no difference;
one character more, less or other is a likeness, and so is a name inside the other. A hint for people, no rule."""

import re
from collections.abc import Mapping, Sequence

from .names import name_key

SHORTEST = 5  # Chinese characters: shorter names, 社区学校 among them, stand inside many others
# Traditional forms that occur in the names of places, schools and offices, each before its simplified one.
_TRADITIONAL = (
    "學学區区鎮镇鄉乡縣县臺台灣湾黃黄溫温嶺岭環环門门東东龍龙鳳凤陽阳陳陈馬马橋桥灘滩島岛嶼屿濱滨漁渔頭头廟庙園园樂乐華华興兴豐丰澤泽漢汉廣广慶庆長长應应業业職职術术書书館馆醫医療疗養养護护會会協协團团體体"
    "電电視视訊讯網网絡络藝艺務务發发聯联黨党總总辦办處处師师範范實实驗验開开關关衛卫軍军領领導导設设計计訓训練练農农機机構构場场點点車车鐵铁銀银銅铜鋼钢錦锦紅红綠绿紡纺織织線线經经緯纬濟济產产員员貿贸財财"
    "貨货資资質质購购賢贤賓宾圖图國国圓圆壩坝堅坚報报墻墙壽寿夢梦婦妇媽妈孫孙寧宁寶宝將将尋寻對对層层崗岗嵐岚嶴岙巖岩幣币幫帮帶带廈厦廠厂廳厅彌弥彎弯後后從从復复愛爱態态憲宪懷怀戰战戲戏戶户擇择據据擔担擴扩"
    "數数斷断時时晉晋曉晓條条來来楊杨極极樓楼標标樣样樹树橫横檢检權权歐欧歲岁歷历殘残殼壳氣气沒没況况淺浅測测無无熱热爾尔牆墙獎奖獨独現现畫画異异盡尽監监盤盘眾众碼码礎础禮礼種种稱称積积穩稳窮穷競竞筆笔節节"
    "簡简糧粮級级紀纪約约純纯細细終终組组結结給给統统維维綜综編编縱纵績绩繼继續续羅罗義义習习聖圣聞闻聰聪聲声聽听肅肃腦脑臨临舉举舊旧艦舰莊庄萬万葉叶蓋盖蓮莲蘆芦蘇苏蘭兰號号衝冲補补裝装製制複复覺觉觀观規规"
    "訂订記记許许詩诗話话該该認认誌志語语誠诚調调請请論论諸诸諾诺謝谢證证識识譜谱議议讀读變变讓让豬猪貝贝負负貢贡責责貴贵費费賀贺賽赛贊赞趙赵趕赶軌轨軒轩軟软較较載载輔辅輕轻輛辆輝辉輪轮輸输轉转辭辞邊边遠远"
    "適适選选遺遗還还邏逻郵邮鄧邓鄭郑鄰邻釋释針针錢钱錯错鍵键鎖锁鐘钟鑒鉴閃闪閉闭間间閣阁閱阅隊队階阶際际隨随險险隱隐雙双雜杂離离難难雲云靈灵靜静項项順顺須须預预頻频題题額额類类顧顾風风飛飞飯饭飲饮駐驻駕驾"
    "騰腾驛驿髮发鬥斗魚鱼魯鲁鮮鲜鯉鲤鳥鸟鳴鸣鴻鸿鵬鹏鶴鹤麗丽麥麦齊齐齡龄"
)
_SIMPLIFIED = str.maketrans(dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)))
_MARKS = re.compile(r"[\s()（）\[\]【】〔〕《》<>〈〉“”\"'·•.,，。、:：;；/\\_-]+")
# Names that differ in one of these name different places on purpose.
_TELLING = set("0123456789一二三四五六七八九十东西南北中上下大小新老前后左右甲乙丙丁内外")


def folded(name: str) -> str:
    """The name without anything that is only a way of writing it."""
    return _MARKS.sub("", name_key(name).translate(_SIMPLIFIED)).casefold()


def are_alike(one: str, other: str) -> bool:
    """Folded names: the same, one inside the other, or one character apart."""
    if one == other:
        return True
    if min(map(_characters, (one, other))) < SHORTEST:
        return False
    if one in other or other in one:
        return True
    return abs(len(one) - len(other)) <= 1 and _one_apart(*sorted((one, other), key=len))


def _characters(name: str) -> int:
    """Letters of another script say too little to be alike."""
    return sum("\u3400" <= character <= "\u9fff" for character in name)


def _one_apart(short: str, long: str) -> bool:
    """One character other, or one more in the longer name, and none that tells places apart."""
    place = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    same_length = len(short) == len(long)
    if short[place + same_length :] != long[place + 1 :]:
        return False
    return not {*short[place : place + same_length], long[place]} & _TELLING


class Register:
    """The names of a tenant's providers with their aliases, folded once for all rows of a return."""

    def __init__(self, names: Mapping[str, Sequence[str]]):
        self._keys = {name_key(name) for name in names}
        self._named = {name_key(alias): name for name, aliases in names.items() for alias in aliases}
        self._folded = [(folded(each), name) for name, aliases in names.items() for each in (name, *aliases)]

    def holds(self, key: str) -> bool:
        return key in self._keys

    def named(self, key: str) -> str | None:
        """The registered name that this alias stands for."""
        return None if key in self._keys else self._named.get(key)

    def add(self, name: str) -> None:
        """A name that the return itself holds."""
        self._keys.add(name_key(name))
        self._folded.append((folded(name), name))

    def like(self, name: str) -> str | None:
        """The first name that may mean the same."""
        mine = folded(name)
        return next((other for form, other in self._folded if are_alike(mine, form)), None)
