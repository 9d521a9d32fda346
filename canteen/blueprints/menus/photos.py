"""Photos of dishes over HTTP: given, taken away, shown to everybody."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, request, send_file, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow, public
from canteen.blueprints.context import now, staff_id
from canteen.blueprints.flashes import back_to
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.wording import Refusal
from canteen.menus import photos
from canteen.menus.plan import StandingDish
from canteen.staff.rules import Role


@blueprint.get("/dish-photos/<name>", defaults={"small": False})
@blueprint.get("/dish-photos/small/<name>", defaults={"small": True})
@public
def dish_photo(name: str, small: bool) -> Any:
    """A photo by its name: what is in it never changes, so a browser keeps it."""
    path = photos.photo_path(photo_folder(current_app.config), name, small=small) or abort(404)
    answer: Response = send_file(path, mimetype=photos.MIMETYPE, conditional=True, etag=path.stem)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@blueprint.post("/dishes/<int:dish_id>/photo")
@allow(Role.KITCHEN, Role.MANAGER)
def photo(dish_id: int) -> Any:
    """Give a dish a photo."""
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        return _back(dish_id, Refusal("photo_missing", {}), "")
    refusal = photos.put_photo(
        photo_folder(current_app.config),
        dish_id=dish_id,
        data=upload.read(photos.MAX_BYTES + 1),
        now=now(),
        by=staff_id(),
    )
    return _back(dish_id, refusal, _("照片已保存"))


@blueprint.post("/dishes/<int:dish_id>/photo-removals")
@allow(Role.KITCHEN, Role.MANAGER)
def photo_removals(dish_id: int) -> Any:
    """Take a dish's photo away."""
    folder = photo_folder(current_app.config)
    refusal = photos.remove_photo(folder, dish_id=dish_id, now=now(), by=staff_id())
    return _back(dish_id, refusal, _("照片已删除"))


def has_photo(dish: StandingDish) -> bool:
    """Whether there is a picture to show: a restored database may know of files that are gone."""
    return photos.photo_path(photo_folder(current_app.config), dish.photo) is not None


def photo_folder(config: Mapping[str, Any]) -> Path:
    """Where this installation keeps photos of dishes."""
    return Path(config["DATA"]) / "uploads" / "dishes"


def _back(dish_id: int, refusal: Refusal | None, done: str) -> Any:
    if refusal is not None and refusal.code == "dish_gone":
        abort(404)
    return back_to(url_for("menus.dish", dish_id=dish_id, _anchor="photo"), refusal, done)
