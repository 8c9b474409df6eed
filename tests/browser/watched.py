"""A page in a browser of which all requests and complaints are kept."""

import re

PATIENCE_MS = 30_000


class Watched:
    """A browser with nothing in its memory, and one page of a service."""

    foreseen = ()
    """Parts of complaints that a test is about."""

    def __init__(self, browser, address, **wanted):
        self.address = address
        self.context = browser.new_context(base_url=address, **wanted)
        self.hosts = set()
        self.complaints = []
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", lambda request: self.hosts.add(host_of(request.url)))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message):
        if message.type in ("error", "warning") and not any(
            text in message.text for text in self.foreseen
        ):
            self.complaints.append(message.text)

    def check_and_close(self):
        """At the end nothing may have gone wrong, and no other host been asked."""
        self.context.close()
        assert self.hosts <= {host_of(self.address), None}
        assert self.complaints == []


def host_of(address):
    """The host of an address; None for one that no host is asked for, such as data:."""
    found = re.match(r"(?:blob:)?\w+://([^/]+)", address)
    return found[1] if found else None
