"""Cells for spreadsheets: what begins like a formula is text (OWASP, "CSV Injection")."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Return *text* as a spreadsheet shows it and never computes it; numbers stay as they are."""
    if not text.lstrip(" ").startswith(_FORMULA_SIGNS) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal() and text.isascii()
