"""A session that ends in the middle of a form loses nothing: what was typed is carried through the sign-in.

Only what comes from a page of this site is carried, so that no other site can put words into somebody's form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from ...i18n import N_
from ...security import PUBLIC_ENDPOINTS, local_path, login_manager
from ...web.errors import FIELD_LABELS, error_page
from .base import blueprint

LARGEST = 200_000
LABELS = {
    **FIELD_LABELS,
    "mailbox": N_("Mailbox"),
    "name": N_("Name"),
    "email": N_("E-mail address"),
}
SECRET_FIELDS = frozenset({"csrf_token", "current", "password", "repeated"})
WITHOUT_TEXT = PUBLIC_ENDPOINTS | {"directory.sign_out", "directory.change_password"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent without being heard: its address, its fields, and whether a file was with it."""

    path: str
    fields: tuple[tuple[str, str], ...]
    file: bool = False

    @property
    def page(self) -> str:
        """The page that the form belongs to: the task, where it is about one."""
        return self.path.partition("?")[0].rsplit("/", 1)[0] if "/tasks/" in self.path else "/"

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """(field, label, text) of what a person typed."""
        return [(name, _(LABELS[name]), text) for name, text in self.fields if name in LABELS and text.strip()]

    @property
    def others(self) -> list[tuple[str, str]]:
        """The fields that go along unseen: choices, the version, the idempotency key."""
        shown = {name for name, _label, _text in self.texts}
        return [(name, text) for name, text in self.fields if name not in shown]

    def packed(self) -> str:
        """As one hidden field of the sign-in page."""
        return json.dumps({"path": self.path, "fields": self.fields, "file": self.file}, ensure_ascii=False)


def from_request() -> Kept | None:
    """What this request's form holds, if it comes from a page of this site and is not too large."""
    if request.method != "POST" or request.endpoint in WITHOUT_TEXT or not _from_this_site():
        return None
    fields = tuple((name, text) for name, text in request.form.items(multi=True) if name not in SECRET_FIELDS)
    file = any(upload.filename for upload in request.files.values())
    if not fields or sum(len(name) + len(text) for name, text in fields) > LARGEST:
        return None
    return Kept(local_path(request.full_path.rstrip("?")), fields, file)


def from_field(packed: str | None) -> Kept | None:
    """What the sign-in page carried along."""
    if not packed or len(packed) > 2 * LARGEST:
        return None
    try:
        data: Any = json.loads(packed)
        fields = tuple((str(name), str(text)) for name, text in data["fields"])
        path = local_path(str(data["path"]))
    except (ValueError, KeyError, TypeError):
        return None
    return Kept(path, fields, bool(data.get("file"))) if path != "/" and fields else None


def _from_this_site() -> bool:
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.host


def kept_page(kept: Kept, status: int = 200) -> Response:
    """The page that shows what was kept, with one button that sends it again."""
    return make_response(render_template("directory/kept.html", kept=kept), status)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> Response:
    """Send who is not signed in to the sign-in page: by address for a page, with the typed texts for a form."""
    if request.method in ("GET", "HEAD"):
        address = url_for("directory.sign_in", next=local_path(request.full_path.rstrip("?")))
        if request.headers.get("HX-Request"):
            return make_response("", 401, {"HX-Redirect": address})
        return make_response("", 303, {"Location": address})
    kept = from_request()
    return make_response(
        render_template(
            "directory/sign_in.html",
            errors={},
            email="",
            next_path=kept.page if kept else "/",
            kept=kept,
            ended=True,
        ),
        401,
    )


@blueprint.app_errorhandler(CSRFError)
def csrf_failed(_error: CSRFError) -> Response:
    """A form from another session: who is signed in sees it again; at the sign-in page the page is shown anew."""
    if request.endpoint == "directory.sign_in":
        page = render_template(
            "directory/sign_in.html",
            errors={"": _("This page had been open too long. Sign in once more; nothing is lost.")},
            email=request.form.get("email", ""),
            next_path=local_path(request.form.get("next")),
            kept=from_field(request.form.get("kept")),
            ended=False,
        )
        return make_response(page, 400)
    kept = from_request() if current_user.is_authenticated else None
    if kept is not None:
        return kept_page(kept, 400)
    return error_page(400, _("The form had been open too long. Your text is kept below; open the page again."))
