"""Headers of the pages for people: what a page may load, whom it may be shown by, what it tells."""

from __future__ import annotations

from collections.abc import Sequence


def page_headers(
    *, images: Sequence[str] = ("data:",), styles: Sequence[str] = (), referrer: str = "same-origin"
) -> dict[str, str]:
    """Headers under which all is a file of this service, nothing is inline, and nobody frames it.

    Args:
        images: sources of images besides this service.
        styles: sources of styles besides this service.
        referrer: to whom the page's own address is told.
    """
    policy = {
        "default-src": ["'self'"],
        "img-src": ["'self'", *images],
        "style-src": ["'self'", *styles],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {' '.join(sources)}" for name, sources in policy.items()
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": referrer,
    }
