"""A diner's diet as one frozen line of a stop, and back into its parts.

The line is codes, then what the person wrote: ``soft;low_salt｜不吃香菜``. Codes are kept
rather than words, so that a sheet can be printed in either language years later.
"""

_BAR = "｜"


def frozen(*, texture: str, diets: str, note: str) -> str:
    """One line of at most 300 signs from texture, diet codes (joined by ``;``) and a note."""
    codes = [texture] if texture != "normal" else []
    codes += [code for code in diets.split(";") if code]
    clean = note.replace(_BAR, "|").strip()
    return f"{';'.join(codes)}{_BAR}{clean}"[:300] if clean else ";".join(codes)[:300]


def parts(line: str) -> tuple[tuple[str, ...], str]:
    """Codes and note of a frozen line."""
    codes, _bar, note = line.partition(_BAR)
    return tuple(code for code in codes.split(";") if code), note
