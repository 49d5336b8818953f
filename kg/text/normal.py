"""The matching form of a text: one character for each character, so that offsets never move.

Half-width and full-width, Chinese and Western marks, traditional and simplified script are
spellings of one text. Matching happens on the normal form, quoting on the text as it stands.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.model import Span

_HAN = "[^\\x00-\u33ff\ua000-\uffff]"
_CHINESE = "[^\\x00-\u2013\u2027-\u2e7f]"
"""A Chinese character, and one or a mark of Chinese. Said by two ranges that they are not in:
a class of many ranges, or of ranges beyond U+FFFF, takes milliseconds to compile."""
_WIDTH = 0xFEE0
"""From an ASCII character to its full-width form."""

_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_TITLE = ("\N{LEFT DOUBLE ANGLE BRACKET}", "\N{RIGHT DOUBLE ANGLE BRACKET}")
_BRACKET = ("\N{FULLWIDTH LEFT PARENTHESIS}", "\N{FULLWIDTH RIGHT PARENTHESIS}")
_STOP, _COMMA = "\N{IDEOGRAPHIC FULL STOP}", "\N{FULLWIDTH COMMA}"
_COLON, _SEMICOLON = "\N{FULLWIDTH COLON}", "\N{FULLWIDTH SEMICOLON}"
_BANG, _QUERY = "\N{FULLWIDTH EXCLAMATION MARK}", "\N{FULLWIDTH QUESTION MARK}"

# From the radicals that fonts put in the place of characters, to those; the first block runs in
# parallel to Unicode's own decomposition, the second has none.
_RADICALS = {
    **{code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)},
    **dict(
        zip(
            map(
                ord,
                "\u2e81\u2e84\u2e8b\u2e8f\u2e92\u2e98\u2e9c\u2e9f\u2ea0\u2eac\u2ebb\u2ec1\u2ec4\u2ec5\u2ec6"
                "\u2ec8\u2ec9\u2ecb\u2ed3\u2ed4\u2ed8\u2ed9\u2eda\u2edb\u2edc\u2edd\u2ee2\u2ee3\u2ee4\u2ee5\u2ee6"
                "\u2ee8\u2ee9\u2eeb\u2eec\u2eed\u2eee\u2eef\u2ef0\u2ef2\u2ef3",
            ),
            map(
                ord,
                "\u5382\u4e5a\u353e\u5c23\u5df3\u624c\u65e5\u6bcd\u6c11\u793a\u807f\u864e\u897f\u89c1\u89d2"
                "\u8ba0\u8d1d\u8f66\u957f\u95e8\u9752\u97e6\u9875\u98ce\u98de\u98df\u9a6c\u9aa8\u9b3c\u9c7c\u9e1f"
                "\u9ea6\u9ec4\u6589\u9f50\u6b6f\u9f7f\u7adc\u9f99\u4e80\u9f9f",
            ),
            strict=True,
        )
    ),
}

_CHINESE_MARKS = frozenset(chr(ord(mark) + _WIDTH) for mark in ",:;()!?")
_CHARACTERS = {
    # Full-width letters and digits become ASCII; the marks that Chinese itself writes stay wide.
    **{
        code + _WIDTH: code
        for code in range(0x21, 0x7F)
        if chr(code + _WIDTH) not in _CHINESE_MARKS
    },
    **_RADICALS,
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys(
        map(ord, "\u201c\u201e\u201f\u300c\u300e\ufe41\ufe43\u2018\u201a\u201b"), _OPEN
    ),
    **dict.fromkeys(map(ord, "\u201d\u300d\u300f\ufe42\ufe44\u2019"), _CLOSE),
    **dict.fromkeys(map(ord, "\u2022\u2027\u30fb\uff65"), "\N{MIDDLE DOT}"),
    0xFFE5: "\N{YEN SIGN}",
    0xFF61: _STOP,
    0xFF64: "\N{IDEOGRAPHIC COMMA}",
}


@dataclass(frozen=True)
class Normal:
    """A text in its matching form.

    Character *i* of ``text`` stands for character *i* of the original: a span found in the one
    is a span of the other.
    """

    text: str


def normalize(text: str) -> Normal:
    """Return the matching form of a text; it always has the length of the text.

    Letters and digits become half-width and blanks become spaces. Marks beside Chinese become
    Chinese, quotation marks of every kind become “ and ”, traditional characters simplified.

    >>> normalize("從“Ａ”\\u3000到'Ｂ':數位(digital)轉型,2,017").text
    '从“A” 到“B”：数位（digital）转型，2,017'
    """
    found = text.translate(_CHARACTERS)
    found = _restore_apostrophes(found, text)
    found = _STRAIGHT.sub(_curl, found)
    found = _widen(found)
    found = _simplify(found)
    assert len(found) == len(text)  # noqa: S101 - every offset depends on it
    return Normal(found)


def without_radicals(text: str) -> str:
    """Return the text with characters where a font's table names their radicals.

    >>> without_radicals("\\u2f08\\u2ea0政府")
    '人民政府'
    """
    return text.translate(_RADICALS)


_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\u2019(?=[A-Za-z])")


def _restore_apostrophes(found: str, text: str) -> str:
    if "\u2019" not in text:
        return found
    characters = list(found)
    for match in _APOSTROPHE.finditer(text):
        characters[match.start()] = "'"
    return "".join(characters)


_STRAIGHT = re.compile(r"\"[^\"\n]*\"|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z])")
_ANY_HAN = re.compile(f"{_HAN}")


def _curl(match: re.Match[str]) -> str:
    quoted, text = match.group(), match.string
    around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    if not _ANY_HAN.search(quoted + around):
        return quoted
    return _OPEN + quoted[1:-1] + _CLOSE


_NARROW = re.compile(r"[,:;!?()]")
_BRACKETS = re.compile(f"[()\n{''.join(_BRACKET)}]")
_NEAR = re.compile(f"{_CHINESE}")


def _widen(text: str) -> str:
    characters = list(text)
    for opening, closing in _brackets(text):
        pair = (opening, closing)
        if any(characters[place] in _BRACKET or _near(characters, place) for place in pair):
            characters[opening], characters[closing] = _BRACKET
    for match in _NARROW.finditer(text):
        place = match.start()
        if characters[place] in ",:;!?" and _near(characters, place):
            characters[place] = chr(ord(characters[place]) + _WIDTH)
    return "".join(characters)


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    # Both brackets of a pair change or neither does, so that a name reads the same anywhere.
    opened: list[int] = []
    for match in _BRACKETS.finditer(text):
        mark = match.group()
        if mark in ("(", _BRACKET[0]):
            opened.append(match.start())
        elif mark == "\n":
            opened.clear()
        elif opened:
            yield opened.pop(), match.start()


def _near(characters: list[str], place: int) -> bool:
    before = characters[place - 1] if place else ""
    after = characters[place + 1] if place + 1 < len(characters) else ""
    return bool(_NEAR.match(before) or _NEAR.match(after))


def _simplify(text: str) -> str:
    # GB 2312 holds the simplified script and hardly a traditional character besides, so most
    # texts are told apart without the dictionary, whose loading costs more than all the rest.
    characters = "".join(sorted(set(text)))
    plain = characters.encode("gb2312", errors="ignore").decode("gb2312")
    rare = set(_ANY_HAN.findall(characters)).difference(plain)
    if not rare:
        return text
    import opencc

    convert = opencc.OpenCC("t2s").convert
    traditional = {character for character in rare if convert(character) != character}
    if not traditional:
        return text
    return "".join(
        _simplify_line(line, convert) if traditional.intersection(line) else line
        for line in text.splitlines(keepends=True)
    )


def _simplify_line(line: str, convert: Callable[[str], str]) -> str:
    # A phrase decides between two simplified forms; where its length differs, or where half a
    # surrogate pair stands in the text, characters are converted one by one.
    try:
        found = convert(line)
    except UnicodeEncodeError:
        found = ""
    if len(found) == len(line):
        return found
    singles = {ord(c): new for c in set(_ANY_HAN.findall(line)) if len(new := convert(c)) == 1}
    return line.translate(singles)


SHORT = 60
"""Characters within quotation marks or brackets up to which they are part of one sentence."""

_PAIRS = {_OPEN: _CLOSE, "\u2018": "\u2019", "\u300c": "\u300d", "\u300e": "\u300f"} | {
    _TITLE[0]: _TITLE[1],
    _BRACKET[0]: _BRACKET[1],
    "(": ")",
    "\N{LEFT BLACK LENTICULAR BRACKET}": "\N{RIGHT BLACK LENTICULAR BRACKET}",
}
_CLOSERS = "".join(_PAIRS.values()) + "\"'"
_ENCLOSERS = re.compile(f"[{re.escape(''.join(_PAIRS) + ''.join(_PAIRS.values()))}\n]")
_SENTENCE_END = re.compile(
    # Chinese marks end a sentence wherever they stand, Western ones beside Chinese.
    rf"[{_STOP}{_BANG}{_QUERY}{_SEMICOLON}\r\n]"
    rf"|(?<={_CHINESE})(?:[!?;]|\.(?![A-Za-z0-9]))|;(?={_CHINESE})|(?<=\w)[!?](?=\s|$)"
)
_CLAUSE_END = re.compile(
    rf"[{_COMMA}{_COLON}{_SEMICOLON}{_STOP}{_BANG}{_QUERY}\r\n]|\N{{EM DASH}}{{2}}"
    rf"|(?<={_CHINESE})[,;:!?]|[,;:](?=(?:\s|{_CHINESE}))"
)
_FOLLOW = re.compile(rf"[{_STOP}{_BANG}{_QUERY}!?.]*[{re.escape(_CLOSERS)}]*")


def sentences(text: str, within: Span) -> Iterator[Span]:
    """Yield the sentences of a stretch, each with its closing mark and the quotes that close it.

    A short quotation, title or bracket is not torn apart, nor is 3.5. Spans bear no blanks at
    their ends. Best given the normal form, in which quotation marks tell their direction.

    >>> text = "他问：“从何而来？”答案是3.5%。“先试点；再推广。”这是《谁来治理？》的话！"
    >>> [span.of(text) for span in sentences(text, Span(0, len(text)))]
    ['他问：“从何而来？”答案是3.5%。', '“先试点；再推广。”', '这是《谁来治理？》的话！']
    """
    yield from _cut(text, within, _SENTENCE_END)


def clauses(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the clauses of a sentence, each with its closing mark; short quotations stay whole.

    >>> text = "到2025年,新增1,300万人;“稳字当头、稳中求进，先立后破”的要求——落实"
    >>> [span.of(text) for span in clauses(text, Span(0, len(text)))]
    ['到2025年,', '新增1,300万人;', '“稳字当头、稳中求进，先立后破”的要求——', '落实']
    """
    yield from _cut(text, sentence, _CLAUSE_END)


def _cut(text: str, within: Span, mark: re.Pattern[str]) -> Iterator[Span]:
    start = within.start
    for end in (*_ends(text, within, mark), within.end):
        stretch = text[start:end]
        left = len(stretch) - len(stretch.lstrip())
        right = len(stretch.rstrip())
        if left < right:
            yield Span(start + left, start + right)
        start = end


def _ends(text: str, within: Span, mark: re.Pattern[str]) -> Iterator[int]:
    pairs = _short_pairs(text, within)
    opens = [opening for opening, _ in pairs]
    place = within.start
    while match := mark.search(text, place, within.end):
        place = match.end()
        pair = bisect.bisect_right(opens, match.start()) - 1
        closing = pairs[pair][1] if pair >= 0 else -1
        if match.start() > closing:
            place = _end_of(_FOLLOW.match(text, place, within.end), place)
            yield place
        elif match.group() == _STOP and not text[place : closing + 1].strip(_CLOSERS):
            # A full stop before the closing quote ends the sentence behind it. A question mark
            # there does not: the question may be a name within the sentence around it.
            place = _end_of(_FOLLOW.match(text, place, within.end), place)
            yield place


def _end_of(match: re.Match[str] | None, place: int) -> int:
    return match.end() if match else place


def _short_pairs(text: str, within: Span) -> list[tuple[int, int]]:
    # The outermost pairs of marks that lie close together, in text order.
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _ENCLOSERS.finditer(text, within.start, within.end):
        place, mark = match.start(), match.group()
        opened = [] if mark == "\n" else [o for o in opened if place - o <= SHORT + 1]
        if mark in _PAIRS:
            opened.append(place)
            continue
        begin = next((o for o in reversed(opened) if _PAIRS[text[o]] == mark), None)
        if begin is not None:
            opened = [o for o in opened if o < begin]
            pairs = _without_inner(pairs, begin)
            pairs.append((begin, place))
    return pairs


def _without_inner(pairs: list[tuple[int, int]], begin: int) -> list[tuple[int, int]]:
    while pairs and pairs[-1][0] > begin:
        pairs.pop()
    return pairs
