"""Forms speak the language of the reader, and never that of the form library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields import DateTimeLocalField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

import config
from app.web.catalogs import compile_if_stale
from app.web.forms import OURS, Form
from app.web.guard import STALE

WRONG = {"choice": "z", "number": "many", "moment": "soon", "short": "x" * 9, "needed": ""}


class Sample(Form):
    choice = SelectField(choices=[SelectChoice("a", "A")])
    number = IntegerField()
    moment = DateTimeLocalField()
    short = StringField(validators=[Length(max=3)])
    needed = StringField(validators=[InputRequired()])


@pytest.fixture
def bare(request: pytest.FixtureRequest) -> Iterator[Flask]:
    compile_if_stale()
    app = Flask(__name__, template_folder=str(config.ROOT / "templates"))
    app.config.update(
        SECRET_KEY="only here",
        BABEL_TRANSLATION_DIRECTORIES=str(config.ROOT / "app" / "translations"),
    )
    Babel(app, locale_selector=lambda: request.param)
    with app.test_request_context("/", method="POST", data=WRONG):
        yield app


@pytest.mark.parametrize("bare", ["en"], indirect=True)
def test_a_wrong_answer_is_said_in_our_english(bare: Flask) -> None:
    form = Sample()
    assert not form.validate()
    assert {name: str(errors[0]) for name, errors in form.errors.items()} == {
        "choice": "Please choose one of the answers.",
        "number": "Please write a number.",
        "moment": "Please choose a date and time.",
        "short": "At most 3 characters, please.",
        "needed": "Please fill this in.",
        "csrf_token": STALE,
    }


@pytest.mark.parametrize("bare", ["zh_Hans_CN"], indirect=True)
def test_a_wrong_answer_is_said_in_chinese(bare: Flask) -> None:
    form = Sample()
    assert not form.validate()
    assert {name: str(errors[0]) for name, errors in form.errors.items()} == {
        "choice": "请从所列答案中选一个。",
        "number": "请填写数字。",
        "moment": "请选择日期和时间。",
        "short": "最多3个字。",
        "needed": "请填写这一项。",
        "csrf_token": "停留时间较长，请再提交一次。内容没有丢失。",
    }


@pytest.mark.parametrize("bare", ["en"], indirect=True)
def test_the_error_summary_names_every_wrong_field(bare: Flask) -> None:
    form = Sample()
    form.validate()
    page = render_template_string(
        '{% from "components/error_summary.html" import error_summary %}{{ error_summary(form) }}',
        form=form,
    )
    assert [said in page for said in (*OURS.values(), STALE) if "%" not in said] == [True] * 5
