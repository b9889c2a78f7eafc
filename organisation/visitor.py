"""What a request says of where it comes from: address, device, browser. Nothing of this proves who somebody is."""

import ipaddress
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from organisation.signin import Place

DEVICE_AGE = 180 * 24 * 3600
_DEVICE = re.compile(r"[0-9a-f]{32}")
# The first that is found in the browser's name for itself counts: most pretend to be others further along.
_BROWSERS = {"MicroMessenger": "WeChat", "Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux"}


def address(request: HttpRequest) -> str | None:
    """The client's address. Of `X-Forwarded-For` only what our own proxies (setting TRUSTED_PROXIES) wrote is believed.

    An empty REMOTE_ADDR is a unix socket: only a proxy on this machine speaks there. `*`: whoever reaches us is our proxy.
    """
    forwarded = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = {"", *settings.TRUSTED_PROXIES}
    hop = request.META.get("REMOTE_ADDR", "")
    if "*" in trusted and forwarded:
        hop = forwarded.pop()
    while hop in trusted and forwarded:
        hop = forwarded.pop()
    try:
        ip = ipaddress.ip_address(hop)
    except ValueError:
        return None
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def place(request: HttpRequest) -> Place:
    """Address and device for counting failures. Of IPv6 the first half: whoever has one address there has all of its network."""
    device = request.COOKIES.get(_cookie(), "")
    return Place(_network(address(request)), device if _DEVICE.fullmatch(device) else "")


def _network(ip: str | None) -> str | None:
    if ip is None or ":" not in ip:
        return ip
    return str(ipaddress.ip_network(f"{ip}/64", strict=False).network_address)


def browser(request: HttpRequest) -> str:
    """Such as “Edge · Windows”; "" when the browser says nothing we know."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    found = (next((label for word, label in names.items() if word in agent), "") for names in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, found))


def remember_device(response: HttpResponse, device: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(_cookie(), device, max_age=DEVICE_AGE, secure=secure, httponly=True, samesite="Lax")


def new_device() -> str:
    return secrets.token_hex(16)


def _cookie() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def follows_a_link(request: HttpRequest) -> bool:
    """Whether the browser opens a page, as against a script that fetches a part of one."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode:
        return mode == "navigate"
    return "HX-Request" not in request.headers and "X-Requested-With" not in request.headers and "X-Activity" not in request.headers
