"""Pass codes that stand in free text, in links amid it and in dial strings, and their removal."""

import re

_LABELS = (
    "pass[ -]?codes?|pass[ -]?words?|passwort|passwd|passord|pswd|pwd|pw|p/w|kennwort|kenncode|"
    "zugangscode|clave(?: de acceso)?|contraseña|senha(?: de acesso)?|mot de passe|code secret|"
    "code d.acc[eè]s|codice d.accesso|adgangskode|kodeord|l[öo]senord|wachtwoord|toegangscode|"
    "has[łl]o(?: spotkania)?|kod dost[ęe]pu|parola|salasana|пароль|код доступа|κωδικός|"
    "(?:رمز|کد) (?:عبور|ورود)|رمز|"
    # With its # it is what one dials: the number of the conference itself.
    r"c[óo]digo de ac(?:ceso|esso)(?!\W{1,4}\d{5,}#)"
)
# "Password required" and "password is sent on request" tell nothing and stay.
_HARMLESS = (
    r"(?!(?:is|are|not|no|none|needed|required|requis|protected|available|sent|on|at|by|from|for|"
    r"and|or|the|will|may|upon|please|if|to|when|in|with|e[ns]|es|y|para|de|del|ist|wird)\b)"
)
_INTRODUCED = rf"(?i:(?:\benter\s+)?(?:\bthe\s+)?(?<![^\W\d_])(?:{_LABELS})(?!\w))"
_FOR_WHAT = (
    r"(?:\s?\([^()]{1,30}\)(?=\s?[:=]))?"
    r"(?:\s+for (?:the|this|our) (?:zoom )?(?:meeting|group|room))?"
)
_COPULA = r"\bis\b|\bwill be\b|\bes\b|\bist\b|\bé\b"
# Up to white space, a comma, a closing bracket.
_VALUE = r"(?:\([^\s()]{1,60}\)|[^\s,;]{1,60}?)(?=\)?(?:[\s,;]|$))"
_SEPARATED = re.compile(
    rf"{_INTRODUCED}(?i:{_FOR_WHAT}\s*(?:[:：=#–—-]|{_COPULA})+\s*{_HARMLESS})"
    rf"(?:\"[^\"]{{1,60}}\"|'[^']{{1,60}}'|{_VALUE})"
)
# Without a separator only what looks like a code goes: it has a digit or a capital letter.
_BARE = re.compile(rf"{_INTRODUCED}\s+(?i:{_HARMLESS})(?=[^\s,;]*[\dA-Z]){_VALUE}")
# "No password; open to all" has a semicolon too: of what follows one, only a code goes, no hour.
_AFTER_SEMICOLON = re.compile(
    rf"(?<!no )(?<!No ){_INTRODUCED}\s*;\s*(?=[^\s,;]{{4}})(?![\d:]{{1,5}}\s?[aApP]\.?[mM])"
    rf"(?=[^\s,;]*(?:\d|[a-z][A-Z])|[^\s,;]+$){_VALUE}",
    re.MULTILINE,
)
_ONE_WORD = r"(?:[^\s,;]*\d[^\s,;]*|[^\s,;:]{1,60}$)"  # with a digit, or the last of its line
# A code of five and more digits is the number of a telephone conference, or of a meeting: by it
# one joins, and nothing is left of such a dial-in without it.
_ACCESS_CODE = re.compile(
    rf"\baccess[ -]code\s*(?:[:=#-]|\bis\b)+\s*{_HARMLESS}(?!\d(?:[ -]?\d){{4,}}#?){_ONE_WORD}",
    re.IGNORECASE | re.MULTILINE,
)
# Passes lead over mountains and into buses: not after another word, unless that is "Zoom".
_PASS = re.compile(
    rf"(?:(?<=zoom )|(?<![^\W\d_] )(?<![\w-]))pass\s*[:=]\s*{_HARMLESS}(?!open|closed){_ONE_WORD}",
    re.IGNORECASE | re.MULTILINE,
)
_DIGITS = r"\d{3,8}#?(?!\w|[.:/-]\w| \d{3})"  # a dial-in of Google Meet has more in its PIN
# "Mumbai, PIN: 400001" is a postal code, and so may be what stands behind "PC".
_PIN_WORD = r"(?<![^\W\d_], )(?<![^\W\d_] - )PIN|PIN(?=[\s:=]*\d(?!\d{5}\b))"
_PIN = re.compile(
    rf"(?:\benter\s+)?(?:\bthe\s+)?\b(?:PC|{_PIN_WORD})\s*[:=]\s*{_DIGITS}", re.IGNORECASE
)
_AFTER_NUMBER = re.compile(
    rf"(?<=\d)(#?[\s,;/|()–-]{{1,5}})(?:and\s+)?(?:PC|PIN|PASS)\s*[:=#-]{{0,2}}\s*(?=\d{{4}}){_DIGITS}",
    re.IGNORECASE,
)
# One of these, folded, is in every label above: without them nothing is searched for.
_STEMS = (
    "pass", "code", "pw", "p/w", "pswd", "pin", "pc", "clave", "contrase", "senha", "digo de ac",
    "codice", "kennwort", "senord", "wachtwoord", "kod", "has", "parola", "salasana", "парол",
    "код", "κωδικ", "رمز", "کد ",
)  # fmt: skip
_PARENTHESES = re.compile(r"\(\s*\)|\[\s*\]")
_IN_LINK = re.compile(r"([?&#])(?:pwd|passcode|password|pw)=[^\s&#]{1,200}&?", re.IGNORECASE)
# What follows the number of the meeting, if there are two digits and more in it; in the forms of
# several years: "#,,,,*4321#", "#,,,,,,0#,,4321#", "#,,,,,#4321#".
_IN_DIAL_STRING = re.compile(
    r",*\*\d{2,12}#?|([,;]{1,6}\d{6,12}#?)[,;](?=[,;*#\d]*\d\d)[,;*#\d]*(?![\d-])"
)

_WITHOUT_WORDS = re.compile(r"[\d +().,;*#-]*")


def without_passcodes(text: str) -> str:
    """
    Return *text* without pass codes and the words that introduce them (bmlt.md 2.11).

    The access code of a telephone conference stays, since it is no secret beside the number.
    """
    if not text:
        return text
    folded = text.casefold()
    if not any(stem in folded for stem in _STEMS):
        return text
    stripped = _BARE.sub("", _SEPARATED.sub("", _IN_LINK.sub(_rest_of_query, text)))
    stripped = _AFTER_NUMBER.sub(r"\1", _AFTER_SEMICOLON.sub("", stripped))
    stripped = _PIN.sub("", _PASS.sub("", _ACCESS_CODE.sub("", stripped)))
    return text if stripped == text else _tidied(_PARENTHESES.sub("", stripped))


def without_dialled_passcode(dial_string: str) -> str:
    """Return "+1-646-555-0100,,123456789#" of "+1-646-555-0100,,123456789#,,,,*4321#"."""
    dialled = _IN_DIAL_STRING.sub(lambda found: found[1] or "", dial_string)
    return dialled if _WITHOUT_WORDS.fullmatch(dialled) else without_passcodes(dialled)


def _rest_of_query(found: re.Match[str]) -> str:
    return found[1] if found[0].endswith("&") else ""


def _tidied(text: str) -> str:
    lines = [re.sub(r"^[\s,;/|–—-]+|[\s,;/|–—-]+$", "", part) for part in text.split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()
