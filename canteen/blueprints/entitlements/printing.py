"""What the printed card says: one language, and no more of a hardship than it must."""

from canteen.blueprints.filters import is_english
from canteen.residents.tags import TAGS
from canteen.subsidies.policy import Policy, Rule
from canteen.subsidies.wording import Both

_PRIVATE_GROUPS = ("hardship", "honour", "family", "care")
_PRIVATE_ZH = {tag.zh.partition("（")[0] for tag in TAGS if tag.group in _PRIVATE_GROUPS}
_PRIVATE_WORDS = _PRIVATE_ZH | {"困难", "三无", "失能", "残疾", "贫困"}


def side(both: Both) -> str:
    """The half in the reader's language."""
    return both[1] if is_english() else both[0]


def plain_name(policy: Policy, rule: Rule) -> str:
    """The entitlement's name for paper that others see: without the words for a hardship."""
    is_private = any(word in rule.name.zh for word in _PRIVATE_WORDS)
    name = policy.name if is_private else rule.name
    return side((name.zh, name.en))
