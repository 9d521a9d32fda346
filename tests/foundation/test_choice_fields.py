"""Choices given as pairs, wherever a form gets them from."""

import warnings
from typing import Any

from flask import Flask

from canteen.blueprints.fields import (
    PostedForm,
    RadioField,
    SelectField,
    SelectMultipleField,
)

PAIRS = [("soup", "汤"), ("rice", "饭")]


class Form(PostedForm):
    """One of each kind."""

    one = SelectField("一样", choices=PAIRS)
    later = SelectField("以后", coerce=int)
    button = RadioField("按钮", choices=PAIRS, default="rice")
    many = SelectMultipleField("几样", choices=PAIRS)


def posted(app: Flask, **values: Any) -> Form:
    with app.test_request_context("/", method="POST", data=values):
        form = Form()
        form.later.choices = [(0, "无"), (7, "七")]
        form.validate()
        str(form.one) + str(form.button) + str(form.many) + str(form.later)
        return form


def test_pairs_are_taken_as_before_and_nothing_old_is_used(app: Flask) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        form = posted(app, one="rice", later="7", button="soup", many=["soup", "rice"])
    assert not form.errors
    assert (form.one.data, form.later.data, form.button.data) == ("rice", 7, "soup")
    assert form.many.data == ["soup", "rice"]
    assert [(one.value, one.label) for one in form.one.choices] == PAIRS


def test_what_is_not_among_them_is_refused(app: Flask) -> None:
    form = posted(app, one="cake", later="5", many=["cake"])
    assert {"one", "later", "many"} <= set(form.errors)
