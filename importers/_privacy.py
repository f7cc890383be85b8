"""Pass codes, telephone numbers and e-mail addresses that stand in free text, and their removal."""

import re

NOT_SHOWN = "[not shown]"  # what stands in place of a number or address; the report counts it

_LABELS = (
    "pass ?codes?|pass ?words?|passwort|passwd|pwd|pw|kennwort|zugangscode|clave|contraseña|"
    "senha|mot de passe|code d.acc[eè]s|adgangskode|kodeord|l[öo]senord|wachtwoord|"
    "has[łl]o|parola|salasana|пароль|κωδικός|رمز"
)
# "Password required" and "password is sent on request" tell nothing and stay.
_HARMLESS = (
    r"(?!(?:is|are|not|no|none|needed|required|requis|protected|available|sent|on|at|by|from|for|"
    r"and|or|the|will|may|upon|please|if|to|when|in|with|e[ns]|es|y|para|de|del|ist|wird)\b)"
)
_INTRODUCED = rf"(?i:(?:\bthe\s+)?\b(?:{_LABELS})\b)"
_VALUE = r"[^\s,;]{1,60}?(?=\)?(?:[\s,;]|$))"  # up to white space, a comma, a closing bracket
_SEPARATED = re.compile(
    rf"{_INTRODUCED}(?i:\s*(?:[:=#–—-]|\bis\b|\bes\b|\bist\b|\bé\b)+\s*{_HARMLESS})"
    rf"(?:\"[^\"]{{1,60}}\"|'[^']{{1,60}}'|{_VALUE})"
)
# Without a separator only what looks like a code goes: it has a digit or a capital letter.
_BARE = re.compile(rf"{_INTRODUCED}\s+(?i:{_HARMLESS})(?=[^\s,;]*[\dA-Z]){_VALUE}")
# One of these, folded, is in every label and link above: without them nothing is searched for.
_STEMS = (
    "pass", "pw", "kennwort", "zugangscode", "clave", "contrase", "senha", "code d", "adgangskode",
    "kodeord", "senord", "wachtwoord", "has", "parola", "salasana", "парол", "κωδικ", "رمز",
)  # fmt: skip
_PARENTHESES = re.compile(r"\(\s*\)|\[\s*\]")
_IN_LINK = re.compile(r"([?&#])(?:pwd|passcode|password|pw)=[^\s&#]{1,200}&?", re.IGNORECASE)
_IN_DIAL_STRING = re.compile(r",*\*\d{2,12}#?|(,{1,6}\d{6,12}#?),+\d{2,12}#?")
# "zoom.us\@host" is no address, but a link that leads to another host than people read.
_EMAIL = re.compile(r"(?:[\w.+-]{1,64}|\\)@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\[email.protected\]")
_DIGIT = re.compile(r"\d")
_TELEPHONE = re.compile(
    r"(?<![\w/=.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
    r"|(?<![\w/=])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}\d(?!\w)"
)


def without_passcodes(text: str) -> str:
    """Return *text* without pass codes and the words that introduce them (bmlt.md 2.11)."""
    if not text:
        return text
    folded = text.casefold()
    if not any(stem in folded for stem in _STEMS):
        return text
    stripped = _BARE.sub("", _SEPARATED.sub("", _IN_LINK.sub(_rest_of_query, text)))
    return text if stripped == text else _tidied(_PARENTHESES.sub("", stripped))


def without_dialled_passcode(dial_string: str) -> str:
    """Return "+1-646-555-0100,,123456789#" of "+1-646-555-0100,,123456789#,,,,*4321#"."""
    return _IN_DIAL_STRING.sub(lambda found: found[1] or "", dial_string)


def without_people(text: str) -> str:
    """Return *text* with e-mail addresses and telephone numbers taken out (reliability.md 7)."""
    text = without_addresses(text)
    return _TELEPHONE.sub(NOT_SHOWN, text) if _DIGIT.search(text) else text


def without_addresses(text: str) -> str:
    """Return *text* with e-mail addresses taken out; dial-in numbers of an online meeting stay."""
    return _EMAIL.sub(NOT_SHOWN, text) if "@" in text or "[email" in text else text


def _rest_of_query(found: re.Match[str]) -> str:
    return found[1] if found[0].endswith("&") else ""


def _tidied(text: str) -> str:
    lines = [re.sub(r"^[\s,;/|–—-]+|[\s,;/|–—-]+$", "", part) for part in text.split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()
