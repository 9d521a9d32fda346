"""What still needs an older key: nothing of it may be dropped before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.cards.models import Card, CardAlias, CardState
from canteen.delivery.contact.models import ContactCard
from canteen.delivery.models import Roster
from canteen.delivery.volunteering.links import HOLDS_FOR
from canteen.foundation import uploads
from canteen.foundation.crypto import Key, Keys
from canteen.residents.resealing import count_under_older
from canteen.settlement.offline.sealing import count_kept_under_older


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Where one looks: the database, the data folder, how long a sign-in lasts, and when."""

    session: Session
    folder: Path
    sign_in_lasts: timedelta
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Use:
    """Something that an older key still has to open or prove, and what ends that."""

    zh: str
    en: str
    then_zh: str
    then_en: str


def uses_of_older(purpose: str, *, keys: Keys, where: Installation) -> list[Use]:
    """What the older versions of one purpose's key are still needed for; [] for nothing."""
    newest, *older = keys.versions[purpose]
    if not older:
        return []
    looks = {
        "encrypt": _encrypted,
        "lookup": _looked_up,
        "card": _cards,
        "paper": _papers,
        "session": _sign_ins,
    }
    return list(looks[purpose](keys, newest, where))


def _encrypted(keys: Keys, _newest: Key, where: Installation) -> Iterator[Use]:
    numbers, _hashes = count_under_older(where.session, keys=keys)
    if numbers:
        yield _id_numbers(numbers)
    meals = count_kept_under_older(where.session, keys=keys)
    if meals:
        yield Use(
            zh=f"没记上的餐 {meals} 份", en=f"{meals} meals that could not be booked",
            then_zh="canteen keys re-encrypt", then_en="canteen keys re-encrypt",
        )  # fmt: skip
    files = uploads.count_under_older(uploads.folder_in(where.folder), keys=keys, now=where.now)
    if files:
        yield Use(
            zh=f"上传后还没导入的名单 {files} 份", en=f"{files} uploaded lists not imported yet",
            then_zh="导入，或等一天", then_en="import them, or wait a day",
        )  # fmt: skip


def _looked_up(keys: Keys, newest: Key, where: Installation) -> Iterator[Use]:
    _numbers, hashes = count_under_older(where.session, keys=keys)
    if hashes:
        yield _id_numbers(hashes)
    aliases = _count(
        where.session,
        CardAlias.id,
        CardAlias.ended_at.is_(None),
        *([CardAlias.added_at < newest.made_at] if newest.made_at else []),
    )
    if aliases:
        yield Use(
            zh=f"顶替饭卡的公交卡、门禁卡 {aliases} 张", en=f"{aliases} bus cards or keys",
            then_zh="停用后重新登记", then_en="end them and register them anew",
        )  # fmt: skip


def _cards(_keys: Keys, newest: Key, where: Installation) -> Iterator[Use]:
    printed = func.coalesce(Card.printed_at, Card.issued_at)
    cards = _count(
        where.session,
        Card.id,
        Card.state == CardState.ACTIVE,
        *([printed < newest.made_at] if newest.made_at else []),
    )
    if cards:
        yield Use(
            zh=f"换密钥以前印的饭卡 {cards} 张", en=f"{cards} cards printed before the new key",
            then_zh="换发新卡", then_en="replace them",
        )  # fmt: skip


def _papers(_keys: Keys, newest: Key, where: Installation) -> Iterator[Use]:
    made_at = newest.made_at or where.now
    cards = _count(where.session, ContactCard.household_id, ContactCard.printed_at < made_at)
    if cards:
        yield Use(
            zh=f"换密钥以前印的联络卡 {cards} 张", en=f"{cards} contact cards of before",
            then_zh="重新打印，换下旧的", then_en="print them again and hang the new ones",
        )  # fmt: skip
    rounds = _count(
        where.session,
        Roster.id,
        Roster.published_at < made_at,
        Roster.service_date >= where.now.date() - timedelta(days=1),
    )
    if rounds:
        yield Use(
            zh=f"还没送完的送餐单 {rounds} 份", en=f"the sheets of {rounds} rounds not over yet",
            then_zh="送完再来", then_en="wait until they are over",
        )  # fmt: skip


def _sign_ins(_keys: Keys, newest: Key, where: Installation) -> Iterator[Use]:
    over = (newest.made_at or where.now) + max(where.sign_in_lasts, HOLDS_FOR)
    if where.now < over:
        yield Use(
            zh="以前的登录和志愿者链接", en="sign-ins and volunteers' links of before",
            then_zh=f"等到 {over:%Y-%m-%d}", then_en=f"wait until {over:%Y-%m-%d}",
        )  # fmt: skip


def _id_numbers(count: int) -> Use:
    return Use(
        zh=f"身份证号 {count} 个", en=f"{count} ID numbers",
        then_zh="canteen keys re-encrypt", then_en="canteen keys re-encrypt",
    )  # fmt: skip


def _count(session: Session, column: Any, *conditions: Any) -> int:
    return session.scalar(select(func.count(column)).where(*conditions)) or 0
