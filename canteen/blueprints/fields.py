"""Forms as pages send them, and fields that speak the house's units: fen, service dates."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import wtforms
from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import StringField, TimeField
from wtforms.fields.choices import SelectChoice

from canteen.foundation.money import MAX_FEN, AmountTooLarge, parse_yuan, yuan

MOST_YUAN = f"{MAX_FEN // 100:,}"
"""As it is written out where an amount is larger."""
FIRST_YEAR = 1900
"""A date input makes the year 0026 of two digits typed; nobody here means it."""


class PostedForm(FlaskForm):
    """A form that only a page sends. JSON sent to it is an empty form.

    Flask-WTF would read JSON into the fields: numbers where text is expected, or no object.
    """

    class Meta(FlaskForm.Meta):
        """How the request is read."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The fields as posted."""
            if request.is_json:
                return ImmutableMultiDict[str, str]()
            return super().wrap_formdata(form, formdata)


class SelectField(wtforms.SelectField):
    """One of several. Choices are (code, name) as every room keeps them; WTForms wants its own."""

    def __init__(self, *args: Any, choices: Iterable[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=_offered(choices), **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _offered(value) if name == "choices" else value)


class RadioField(SelectField, wtforms.RadioField):
    """One of several, all in sight."""


class SelectMultipleField(SelectField, wtforms.SelectMultipleField):
    """Any of several."""


def _offered(pairs: Iterable[Any] | None) -> list[SelectChoice] | None:
    """Also groups of choices, by their heading."""
    if pairs is None:
        return None
    if isinstance(pairs, Mapping):
        grouped = [(str(name), _offered(held) or []) for name, held in pairs.items()]
        return [replace(one, optgroup=name) for name, held in grouped for one in held]
    return [one if isinstance(one, SelectChoice) else SelectChoice(*one) for one in pairs]


class MoneyField(StringField):
    """An amount typed in yuan, held in `data` as whole fen; None when it was not one."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return yuan(self.data) if isinstance(self.data, int) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            self.data = parse_yuan(str(valuelist[0]))
        except AmountTooLarge as error:
            self.data = None
            raise ValueError(
                _("“%(value)s”太大，最多 %(most)s 元", value=str(valuelist[0])[:30], most=MOST_YUAN)
            ) from error
        except ValueError as error:
            self.data = None
            raise ValueError(
                _("“%(value)s”不是金额，请填如 13 或 13.50", value=str(valuelist[0])[:30])
            ) from error


class DayField(StringField):
    """A day as the browser's date input sends it; 30 February is refused by name."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**{"type": "date", **kwargs})

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(
                _("没有“%(value)s”这一天，请填如 2026-11-22", value=text[:30])
            ) from error
        if day.year < FIRST_YEAR:
            raise ValueError(_("“%(value)s”的年份不对，请填如 2026-11-22", value=text[:30]))
        self.data = day


class ClockField(TimeField):
    """A time of day as the browser's time input sends it; 25:00 is refused by name."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(
                _("没有“%(value)s”这个钟点，请填如 11:30", value=str(valuelist[0])[:30])
            ) from error
