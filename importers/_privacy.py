"""Telephone numbers and e-mail addresses that stand in free text, and their removal."""

import re

NOT_SHOWN = "[not shown]"  # what stands in place of a number or address; the report counts it

# "zoom.us\@host" is no address, but a link that leads to another host than people read.
_EMAIL = re.compile(r"(?:[\w.+-]{1,64}|\\)@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\[email.protected\]")
_NUMBER = re.compile(r"\d(?:\D{0,4}\d){6}")  # no text without it has a telephone number
_TELEPHONE = re.compile(
    r"(?<![\w/=.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ ./-])\d{3}[ .-]\d{4}(?![\w-])"
    r"|(?<![\w/=])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}\d(?!\w)"
    r"|(?<![\w/=.-])\(\d{2}\) ?\d{4,5}[ -]\d{4}(?![\w-])"  # of Brazil
)
# Of most other countries: "07700 900123", "(02) 9565 1453", "0049 171 1234567", "۰۹۱۲ ۳۴۵ ۶۷۸۹".
_GAP = r"(?: ?[./–-] ?|\)? )?"
_NATIONAL = re.compile(
    rf"(?<![\w/=.,:+-])\(?[0٠۰]\d{{1,4}}\)?(?:{_GAP}\d{{2,9}}){{1,5}}(?![\w:#]|[./-]\d| \d\d)"
)
_FEWEST_IN_TEXT = 7
_FEWEST, _MOST, _MOST_FROM_ABROAD = 9, 13, 15  # digits
_GROUPS = re.compile(r"\d+")
_NO_TELEPHONE = re.compile(
    r"\d\d?[./-]\d\d?[./-](?:\d\d)?\d\d(?:[^\d./-].*)?"  # a date, and what follows it
    r"|\d{5}[ -]\d{4}"  # a ZIP+4 of New England
)
_HOUR = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_UNGROUPED = re.compile(r"(?<![\w/=.,#@+-])\d{10,11}(?![\w#/-]|\.\d)")
# Ten and eleven digits are the number of an online meeting too, where words tell of one.
_TELLS_OF_IDS = re.compile(
    r"\b(?:id|zoom|webex|skype|meet|(?:tele)?conference|call-in|phone ?line|phone meeting|code|"
    r"isbn|dial(?:-in)?|meeting (?:number|no|#)|"
    r"postal|postcode|پستی)\b",
    re.IGNORECASE,
)
_AFTER_ID = re.compile(
    r"\b(?:id|webinar|(?:meeting|group|gso|registration) ?(?:number|no|#))\W{0,3}$", re.IGNORECASE
)
_AFTER_CALL = re.compile(
    r"\b(?:calls?|texts?|tele?|phone|contact|ring|cell|mobile|whatsapp)\W{0,3}(?:[^\W\d]+ )?$",
    re.IGNORECASE,
)
_LOOKED_BACK = 40  # characters


def without_people(text: str) -> str:
    """Return *text* with e-mail addresses and telephone numbers taken out (reliability.md 7)."""
    text = without_addresses(text)
    if not _NUMBER.search(text):
        return text
    text = _TELEPHONE.sub(_grouped, text)
    return _UNGROUPED.sub(_ungrouped, _NATIONAL.sub(_national, text))


def may_hold_people(text: str) -> bool:
    """
    Say whether there may be such an address or number: rarely, in names and streets.

    In texts of ASCII digits are counted first, ten times faster than the pattern looks for them.
    """
    if "@" in text and _EMAIL.search(text):
        return True
    if text.isascii():
        encoded = text.encode()
        if len(encoded) - len(encoded.translate(None, b"0123456789")) < _FEWEST_IN_TEXT:
            return False
    return _NUMBER.search(text) is not None


def tells_of_joining(text: str) -> bool:
    """Say whether *text* speaks of an online meeting or of a line that one dials into."""
    return _TELLS_OF_IDS.search(text) is not None


def without_addresses(text: str) -> str:
    """Return *text* with e-mail addresses taken out; dial-in numbers of an online meeting stay."""
    return _EMAIL.sub(NOT_SHOWN, text) if "@" in text or "[email" in text else text


def _grouped(found: re.Match[str]) -> str:
    return found[0] if _AFTER_ID.search(_before(found)) else NOT_SHOWN


def _national(found: re.Match[str]) -> str:
    groups = _GROUPS.findall(found[0])
    digits = "".join(groups)
    is_from_abroad = int(digits[:2]) == 0
    most = _MOST_FROM_ABROAD if is_from_abroad else _MOST
    if not _FEWEST <= len(digits) <= most or _NO_TELEPHONE.fullmatch(found[0]):
        return found[0]
    are_hours = all(_HOUR.fullmatch(group) for group in groups)
    return found[0] if are_hours else _grouped(found)


def _ungrouped(found: re.Match[str]) -> str:
    is_id = _TELLS_OF_IDS.search(found.string) and not _AFTER_CALL.search(_before(found))
    return found[0] if is_id else NOT_SHOWN


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _LOOKED_BACK) : found.start()]
