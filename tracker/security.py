"""Security of the web: who gets in, what browsers may load, how much may be sent, how often one may try.

Signing in itself is the directory's; it hangs its user loader and its sign-in page on :data:`login_manager`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from .config import Settings

# Whoever is not signed in reaches these, and nothing else.
PUBLIC_ENDPOINTS = frozenset(
    {
        "static",
        "directory.sign_in",
        "directory.forgot",
        "directory.activate",
        "directory.reset",
        "demo.advance",
        "demo.sign_in",
        "operations.metrics",
        "reminders.feed",
        "web.accessibility",
        "web.healthz",
        "web.help",
        "web.readyz",
        "web.set_language",
    }
)
HEALTH_ENDPOINTS = ("web.healthz", "web.readyz", "operations.metrics")
"""What machines ask: over plain HTTP, too, and without anybody signed in."""
LARGEST_REQUEST = 5 * 1024 * 1024
LARGEST_FORM = 1024 * 1024
LARGEST_DOCUMENT = 30 * 1024 * 1024
LARGEST_UPLOAD = 100 * 1024 * 1024
LARGEST = {  # by endpoint; a published plan holds pictures, and evidence comes in several files
    "intake.index_post": LARGEST_DOCUMENT,
    "workflows.act": LARGEST_UPLOAD,
    "workflows.add_evidence": LARGEST_UPLOAD,
    "workflows.take_parts": LARGEST_UPLOAD,
}
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}

HANDED_OUT = {"default-src": "'none'", "frame-ancestors": "'none'", "sandbox": ""}
"""The policy of a file that people uploaded: whatever it is, a browser runs nothing of it."""

login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address)


class _Headers(Talisman):  # type: ignore[misc]
    """Talisman, but the health of the process may be asked over plain HTTP by the machine it runs on."""

    def _force_https(self) -> Any:
        return None if request.endpoint in HEALTH_ENDPOINTS else super()._force_https()


def hands_out(view: Any) -> Any:
    """Mark a view that answers with a file people uploaded."""
    view.talisman_view_options = {"content_security_policy": HANDED_OUT}
    return view


def local_path(target: str | None, fallback: str = "/") -> str:
    """``target`` if it is a path of this site, else ``fallback``: nobody is sent to another site."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return fallback
    if any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return fallback  # a browser drops tabs and line ends: "/<tab>/evil.example" would lead away
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


def trusted_hosts(settings: Settings) -> list[str]:
    """The names this service answers to: its own, and those by which its own machine asks for its health."""
    own = urlsplit(settings.base_url).hostname
    return list(dict.fromkeys(name for name in (own, "localhost", "127.0.0.1", "[::1]") if name))


def init_app(app: Flask) -> None:
    """Wire all of it.  The gate comes before the CSRF check: an ended session is told so and keeps what was typed."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        TRUSTED_HOSTS=trusted_hosts(settings),
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: a report may take an afternoon to write
        RATELIMIT_STORAGE_URI=settings.rate_limit_url,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _Headers(
        app,
        force_https=settings.https,
        strict_transport_security=settings.https,
        session_cookie_secure=settings.https,
        session_cookie_samesite="Lax",
        content_security_policy=CONTENT_SECURITY_POLICY,
        content_security_policy_nonce_in=["script-src"],
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    login_manager.session_protection = None  # the session is the server's own; an office's address may change
    login_manager.init_app(app)
    app.before_request(_gate)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_keep_private)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(RequestEntityTooLarge, _too_large)


def _gate() -> Any:
    request.max_content_length = LARGEST.get(request.endpoint or "", LARGEST_REQUEST)
    if request.endpoint is None or request.endpoint == "static" or request.endpoint in HEALTH_ENDPOINTS:
        return None
    # Who it is, is read before anything else: it may note in a transaction of its own that the browser was seen.
    signed_in = current_user.is_authenticated
    if signed_in or request.endpoint in PUBLIC_ENDPOINTS:
        return None
    return login_manager.unauthorized()


def _keep_private(response: Response) -> Response:
    if request.endpoint != "static" and not response.cache_control:
        response.cache_control.private = True
        response.cache_control.no_cache = True
    return response


def _unknown_host(_error: SecurityError) -> Response:
    text = _("This service does not answer to the name in the address. Its administrator sets it as TRACKER_BASE_URL.")
    return make_response(text, 400, {"Content-Type": "text/plain; charset=utf-8"})


def _too_large(_error: RequestEntityTooLarge) -> Response:
    most = LARGEST.get(request.endpoint or "", LARGEST_REQUEST) // 1024**2
    message = _(
        "That is too large: at most %(most)s MB can be sent. Go back and choose a smaller file or a shorter text.",
        most=most,
    )
    return make_response(render_template("errors/400.html", message=message), 413)
