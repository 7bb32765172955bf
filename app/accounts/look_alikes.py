"""What a name looks like: two names that a reader would confuse have the same skeleton.

Pure. The idea is that of Unicode's UTS 39 (confusable skeletons); the table holds the letters that
pass for Latin ones and the Han characters that a small screen does not tell apart.
"""

from __future__ import annotations

import unicodedata

# Each pair: a character after case folding, and what it passes for.
_PAIRS = (
    "аa вb сc ԁd еe һh іi јj кk мm нh оo пn рp ԛq гr ѕs тt ԝw уy хx ѵv ьb ѡw "
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw "
    "ɑa ɡg ıi ʟl ɴn ʀr ꜱs ᴠv ᴡw ᴢz əe ɛe ɩi ɵo |l ∣l ǀl "
    "0o օo 〇o ○o ◯o 1l il "
    "己已 巳已 末未 士土 曰日 エ工 ロ口 囗口 カ力 ニ二 ー一 ハ八 タ夕 千干 于干 卜ト"
)
_TABLE = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
_SEQUENCES = (("rn", "m"), ("vv", "w"))
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Zs", "Zl", "Zp"})


def skeleton(text: str) -> str:
    """What ``text`` looks like: compatibility forms, case, marks, blanks and punctuation folded."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(character for character in folded if _is_seen(character))
    # Twice: a Cyrillic "і" leads to the Latin one, which itself passes for an "l".
    kept = kept.translate(_TABLE).translate(_TABLE)
    for sequence, letter in _SEQUENCES:
        kept = kept.replace(sequence, letter)
    return kept


def _is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    if category in _UNSEEN:
        return False
    return not category.startswith("P") or ord(character) in _TABLE
