"""Links that open the phone's own map app at a building. Pure.

Stored is WGS-84; AMap and Google's map of China draw in GCJ-02, Baidu in BD-09, a `geo:` address
is WGS-84 (RFC 5870). The addresses are the apps' own schemes: nothing goes through a web page, and
no name, unit or room is in them.
"""

from dataclasses import dataclass

from canteen.foundation.geography import Point, System, from_wgs84


@dataclass(frozen=True, kw_only=True)
class MapLink:
    """One way to open a place. `on` is ``android``, ``ios`` or ``any``."""

    app: str
    on: str
    address: str


def map_links(place: Point) -> tuple[MapLink, ...]:
    """Every app that may be there, with the place as that app writes it."""
    gcj, bd = (_written(from_wgs84(place, one)) for one in (System.GCJ02, System.BD09))
    wgs = _written(place)
    return (
        MapLink(app="amap", on="android", address=_amap("amapuri://route/plan/", gcj)),
        MapLink(app="amap", on="ios", address=_amap("iosamap://path", gcj)),
        MapLink(
            app="baidu",
            on="any",
            address=f"baidumap://map/direction?destination={bd[0]},{bd[1]}"
            "&coord_type=bd09ll&mode=walking&src=canteen",
        ),
        MapLink(
            app="google", on="android", address=f"google.navigation:q={gcj[0]},{gcj[1]}&mode=w"
        ),
        MapLink(
            app="google",
            on="ios",
            address=f"comgooglemaps://?daddr={gcj[0]},{gcj[1]}&directionsmode=walking",
        ),
        MapLink(app="geo", on="any", address=f"geo:{wgs[0]},{wgs[1]}"),
    )


def _amap(start: str, at: tuple[str, str]) -> str:
    return f"{start}?sourceApplication=canteen&dlat={at[0]}&dlon={at[1]}&dev=0&t=2"


def _written(point: Point) -> tuple[str, str]:
    """Five decimals: a metre, and no more than a building needs."""
    return f"{point.lat:.5f}", f"{point.lon:.5f}"
