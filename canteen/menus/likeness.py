"""Which dishes of a library are likely one dish under two names. Pure; a person decides.

Two rows can never have one canonical name. What is left: names a letter apart that speak of the
same foods (宫保鸡丁, 宫爆鸡丁), and dishes with the same main food, method and ingredients.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from canteen.menus.guessing import guess_ingredients

NEAR_NAME, SAME_RECIPE = "name", "recipe"
LARGEST_GROUP = 60
"""More dishes than this with one name shape or one recipe are a kind, not a mistake."""
MOST_PAIRS = 200
_SHORTEST = 3
_ALIKE = 0.5


@dataclass(frozen=True, kw_only=True)
class LikelyDish:
    """A dish as likeness is judged: foods are its ingredients, oil and seasoning aside."""

    id: int
    name: str
    canonical: str
    category: str
    method: str
    main: str
    foods: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class LikelyPair:
    """Two dishes that may be one, and why: `NEAR_NAME`, `SAME_RECIPE` or both."""

    one: LikelyDish
    other: LikelyDish
    reasons: tuple[str, ...]


def likely_pairs(dishes: Iterable[LikelyDish]) -> list[LikelyPair]:
    """Pairs to look at, those with more reasons first; at most `MOST_PAIRS`.

    Every pair is found by a bucket that both fall into, so that 10,000 dishes take seconds.
    """
    rows = list(dishes)
    why: dict[tuple[int, int], list[str]] = {}
    for reason, pairs in ((NEAR_NAME, _near_names(rows)), (SAME_RECIPE, _same_recipes(rows))):
        for one, other in pairs:
            reasons = why.setdefault((min(one.id, other.id), max(one.id, other.id)), [])
            if reason not in reasons:
                reasons.append(reason)
    by_id = {row.id: row for row in rows}
    order = sorted(why.items(), key=lambda item: (-len(item[1]), item[1], item[0]))
    return [
        LikelyPair(one=by_id[one], other=by_id[other], reasons=tuple(reasons))
        for (one, other), reasons in order[:MOST_PAIRS]
    ]


class NearNames:
    """Finds the dishes of a library whose names are most like one that is not in it."""

    def __init__(self, names: Iterable[tuple[int, str, str]]) -> None:
        """`names` are id, name and canonical name."""
        self._names = {number: (name, _pieces(canonical)) for number, name, canonical in names}
        self._by_piece: dict[str, list[int]] = {}
        for number, (_name, pieces) in self._names.items():
            for piece in pieces:
                self._by_piece.setdefault(piece, []).append(number)

    def near(self, canonical: str, *, most: int = 3) -> list[tuple[int, str]]:
        """Id and name of up to `most` dishes that share at least half of their pairs of letters."""
        wanted = _pieces(canonical)
        shared = Counter(number for piece in wanted for number in self._by_piece.get(piece, ()))
        likeness = {
            number: 2 * count / (len(wanted) + len(self._names[number][1]))
            for number, count in shared.items()
        }
        best = sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        return [(number, self._names[number][0]) for number, like in best if like >= _ALIKE]


def _pieces(canonical: str) -> frozenset[str]:
    return frozenset(canonical[i : i + 2] for i in range(len(canonical) - 1)) or frozenset(
        (canonical,)
    )


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter put in, left out or changed makes one name the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]


def _near_names(rows: Sequence[LikelyDish]) -> Iterator[tuple[LikelyDish, LikelyDish]]:
    shapes: dict[tuple[str, str], list[LikelyDish]] = {}
    for row in rows:
        if len(row.canonical) < _SHORTEST:
            continue
        for shape in {
            row.canonical,
            *(row.canonical[:i] + row.canonical[i + 1 :] for i in range(len(row.canonical))),
        }:
            shapes.setdefault((row.category, shape), []).append(row)
    spoken: dict[int, frozenset[str]] = {}
    for group in shapes.values():
        if not 1 < len(group) <= LARGEST_GROUP:
            continue
        for one, other in combinations(group, 2):
            if one_letter_apart(one.canonical, other.canonical) and _same_words(one, other, spoken):
                yield one, other


def _same_words(one: LikelyDish, other: LikelyDish, spoken: dict[int, frozenset[str]]) -> bool:
    """红烧鸡块 and 红烧鸭块 are a letter apart and two dishes: they name different foods. So are
    蒸红薯 and 烤红薯: they are cooked in different ways."""
    for dish in (one, other):
        if dish.id not in spoken:
            spoken[dish.id] = frozenset(guess_ingredients(dish.name))
    foods = spoken[one.id] | spoken[other.id]
    if one.method and other.method and one.method != other.method:
        return False
    if spoken[one.id] == spoken[other.id] and foods:
        return one.main == other.main or not (one.main and other.main)
    return bool(one.foods) and one.main == other.main and one.foods == other.foods


def _same_recipes(rows: Sequence[LikelyDish]) -> Iterator[tuple[LikelyDish, LikelyDish]]:
    recipes: dict[tuple[str, str, str, frozenset[str]], list[LikelyDish]] = {}
    for row in rows:
        if len(row.foods) > 1 and row.main:
            recipes.setdefault((row.category, row.main, row.method, row.foods), []).append(row)
    for group in recipes.values():
        if len(group) <= LARGEST_GROUP:
            yield from combinations(group, 2)
