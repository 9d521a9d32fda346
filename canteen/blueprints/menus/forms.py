"""Forms of the library and of the grid's settings."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FloatField, IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from canteen.blueprints.fields import MoneyField, PostedForm, SelectField, SelectMultipleField
from canteen.blueprints.menus import larder_words, words
from canteen.menus.categories import SEASONS, TEXTURES
from canteen.menus.dishes import (
    DEAREST_FEN,
    DISH_TAGS,
    LONGEST_NAME,
    MOST_GRAMS,
    DishValues,
    picture_in,
)
from canteen.menus.ingredient_actions import SHARED
from canteen.menus.ingredients import FIELDS, FOOD_GROUPS, LISTS, plain_number
from canteen.menus.nutrition import NUTRIENTS, RecipeLine

_NEEDED = InputRequired(_l("请填写"))
_CODE = Regexp(r"^[a-z][a-z0-9_]{0,19}$", message=_l("用小写英文字母、数字和 _，如 lunch"))


def _checkboxes(label: Any) -> SelectMultipleField:
    """Several of a few, as checkboxes."""
    widget, option = ListWidget(prefix_label=False), CheckboxInput()
    return SelectMultipleField(label, widget=widget, option_widget=option)


class DishForm(PostedForm):
    """A dish; its recipe comes beside it as rows of `ingredient` and `grams`."""

    name = StringField(_l("菜名"), [_NEEDED])
    name_en = StringField(_l("英文名"))
    category = SelectField(_l("类别"))
    method = SelectField(_l("做法"))
    price_fen = MoneyField(_l("价格（元）"), [_NEEDED])
    texture = SelectField(_l("软硬"))
    seasons = _checkboxes(_l("季节（不选就是全年）"))
    tags = _checkboxes(_l("标签"))
    periods = _checkboxes(_l("餐次（不选就是都可以）"))
    equipment = _checkboxes(_l("灶具（不选就按做法）"))
    active = BooleanField(_l("在用"), default=True)

    def fill_choices(self, periods: list[tuple[str, str]]) -> None:
        """Give the lists their words in the reader's language."""
        self.category.choices = [("", _("请选择")), *words.category_choices()]
        self.method.choices = [("", _("不填")), *words.method_choices()]
        self.texture.choices = [(code, str(words.TEXTURE_WORDS[code])) for code in TEXTURES]
        self.seasons.choices = [(code, str(words.SEASON_WORDS[code])) for code in SEASONS]
        self.tags.choices = [(code, str(words.TAG_WORDS[code])) for code in DISH_TAGS]
        self.periods.choices = periods
        self.equipment.choices = larder_words.equipment_choices()

    def validate_name(self, field: Field) -> None:
        if len(field.data) > LONGEST_NAME:
            facts = {"value": field.data[:20], "length": len(field.data), "limit": LONGEST_NAME}
            raise ValidationError(_("“%(value)s…”有 %(length)s 个字，最多 %(limit)s 个", **facts))
        if sign := picture_in(field.data):
            raise ValidationError(_("“%(sign)s”不能用，只用文字、数字和标点", sign=sign))

    def validate_category(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("请选一个类别"))

    def validate_price_fen(self, field: Field) -> None:
        if field.data is not None and field.data > DEAREST_FEN:
            facts = {"value": field.data // 100, "limit": DEAREST_FEN // 100}
            raise ValidationError(_("“%(value)s”太大，最多 %(limit)s 元", **facts))

    def values(self, recipe: tuple[RecipeLine, ...]) -> DishValues:
        """What was typed, as the action takes it."""
        return DishValues(
            name=" ".join((self.name.data or "").split()),
            name_en=" ".join((self.name_en.data or "").split()),
            category=self.category.data or "",
            method=self.method.data or "",
            seasons=tuple(self.seasons.data or ()),
            texture=self.texture.data or "normal",
            tags=tuple(self.tags.data or ()),
            periods=tuple(self.periods.data or ()),
            equipment=tuple(self.equipment.data or ()),
            price_fen=self.price_fen.data or 0,
            recipe=recipe,
            active=bool(self.active.data),
        )


def recipe_rows(
    names: list[str], grams: list[str]
) -> tuple[tuple[RecipeLine, ...], list[tuple[str, str, str]]]:
    """Lines of a recipe, and every row as typed with what is wrong with it."""
    lines, rows = [], []
    for name, amount in zip(names, grams, strict=False):
        name, amount = name.strip(), amount.strip()
        if not name and not amount:
            continue
        number = _grams(amount)
        mistake = ""
        if not name:
            mistake = _("请填食材，或把这一行清空")
        elif number is None or not 0 < number <= MOST_GRAMS:
            facts = {"value": amount[:20], "limit": MOST_GRAMS}
            mistake = _("克数“%(value)s”不对，应大于 0，最多 %(limit)s", **facts)
        else:
            lines.append(RecipeLine(ingredient=name, grams=number))
        rows.append((name, amount, mistake))
    return tuple(lines), rows


def _grams(text: str) -> float | None:
    try:
        return float(text) if text.isascii() and len(text) < 12 else None
    except ValueError:
        return None


class NumberField(FloatField):
    """A number with no ``.0`` behind it; a blank one says that it is not known."""

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**{"placeholder": _("不知道"), "inputmode": "decimal", **kwargs})

    def _value(self) -> str:
        typed = str(super()._value())
        return typed if self.raw_data or self.data is None else plain_number(self.data)


class IngredientForm(PostedForm):
    """An ingredient: what it is called, and what it costs and holds here. Blank is unknown."""

    name = StringField(_l("食材"), [_NEEDED, Length(max=40, message=_l("最多 40 个字"))])
    name_en = StringField(_l("英文名"), [Length(max=120, message=_l("最多 120 个字符"))])
    synonyms = StringField(
        _l("别名（用 ; 分开）"), [Length(max=200, message=_l("最多 200 个字符"))]
    )
    food_group = SelectField(_l("食物类"))
    price_fen_per_kg = MoneyField(_l("进价（元/公斤）"))
    edible_percent = NumberField(
        _l("可食部（%）"), [Optional(), NumberRange(0.1, 100, message=_l("应大于 0，最多 100"))]
    )
    allergens = _checkboxes(_l("过敏原"))
    contains = _checkboxes(_l("含肉"))
    source = StringField(_l("改动的依据"), [Length(max=200, message=_l("最多 200 个字符"))])

    def fill_choices(self, group: str) -> None:
        """Give the lists their words; a group of the site's own stays one to choose."""
        own = [(group, group)] if group and group not in FOOD_GROUPS else []
        self.food_group.choices = [("", _("请选择")), *larder_words.group_choices(), *own]
        for field in LISTS:
            self[field].choices = larder_words.list_choices(field)
        for field in NUTRIENTS:
            word, unit = words.NUTRIENT_WORDS[field]
            self[field].label.text = f"{word} {unit}"

    def validate_food_group(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("请选食物类"))

    def values(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        typed = {name: self[name].data for name in (*SHARED, *FIELDS)}
        lists = {name: frozenset(self[name].data or ()) for name in LISTS}
        names = (self.synonyms.data or "").replace("；", ";").replace("、", ";").split(";")
        synonyms = ";".join(dict.fromkeys(word.strip() for word in names if word.strip()))
        return {**typed, **lists, "synonyms": synonyms, "name": (self.name.data or "").strip()}

    def own_source(self) -> str:
        """Where the changed values come from."""
        return " ".join((self.source.data or "").split())


for _nutrient in NUTRIENTS:
    _label, _unit = words.NUTRIENT_WORDS[_nutrient]
    setattr(
        IngredientForm,
        _nutrient,
        NumberField(_label, [Optional(), NumberRange(0, 100_000, message=_l("应为 0 到 100000"))]),
    )


class SlotForm(PostedForm):
    """A row of the grid."""

    period_code = SelectField(_l("餐次"))
    code = StringField(_l("代号"), [_NEEDED, _CODE])
    name = StringField(_l("名称"), [_NEEDED, Length(max=20, message=_l("最多 20 个字"))])
    name_en = StringField(_l("英文名称"), [Length(max=40, message=_l("最多 40 个字符"))])
    places = IntegerField(
        _l("每天几格"), [_NEEDED, NumberRange(1, 12, message=_l("应为 1 到 12"))], default=1
    )
    servings = IntegerField(
        _l("一人几份"), [_NEEDED, NumberRange(0, 9, message=_l("应为 0 到 9"))], default=1
    )
    position = IntegerField(_l("排序"), [NumberRange(0, 9999, message=_l("应为 0 到 9999"))])
    categories = _checkboxes(_l("可以放的类别"))

    def fill_choices(self, periods: Any) -> None:
        """Give the lists their words."""
        self.period_code.choices = periods
        self.categories.choices = words.category_choices()
