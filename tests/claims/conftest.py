"""金牛食堂 with 陈奶奶, 王爷爷, 张姐, the city and the district."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.claims.ground import publish
from tests.people import make_chen, make_site, make_wang, make_zhangjie


@dataclass(frozen=True)
class Place:
    """Who and what is there."""

    site: int
    chen: int
    wang: int
    zhangjie: int


@pytest.fixture
def place(app: Flask) -> Place:
    site = make_site()
    publish()
    return Place(site, make_chen(site), make_wang(site), make_zhangjie(site))
