"""Stan before the review of a change, with virtual keys, and how he learns that it is refused."""

from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.conftest import apart
from tests.browser.virtual_keys import Ring, Way, becomes_public, confirm
from tests.feature.status_scene import INTERRUPTED, enrolled, second_administrator
from vitrine.publication.site import site_from
from vitrine.publication.versions import current_name
from vitrine.status.actions import prepare_change
from vitrine.status.models import Attempt, Event

COMMENT = INTERRUPTED | {"comments": {"fr": "Autre chose.", "nl": "Iets anders.", "de": "Anderes."}}
PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine."""


class Desk:
    """Stan before the review of a change, with a ring of virtual keys."""

    def __init__(self, site, *, page, keys, clock):
        self.site, self.page, self.keys, self.clock = site, page, keys, clock
        self.stan = site.world.stan
        self.ring = Ring(page)

    @classmethod
    @contextmanager
    def opened(cls, site, *, window, clock):
        """A fresh page with one of his keys; the failures of the case before are past."""
        clock.forward(minutes=6)
        desk = cls(site, page=window.new_page(), keys=window.keys, clock=clock)
        desk.on_the_way()
        desk.ring.plug_with(window.keys[0])
        yield desk
        desk.page.close()

    def another_key(self, owner=None):
        """One more enrolled key: of Stan, unless `owner` says whose."""
        return apart(lambda: key_of(owner or self.stan, site=self.site))

    def review(self, body=COMMENT, *, at=None):
        """Open the page that says: this will be public.

        at  the address of the site, when it is not the usual one
        """
        prepared = apart(lambda: prepare_change("position", body=body, by=self.stan))
        address = at or self.site.address
        self.page.goto(f"{address}/desk/state/reviews/{prepared.nonce}/?language=en")
        expect(self.page.get_by_role("heading", name="This will be public")).to_be_visible()

    def on_the_way(self, **how):
        """What happens between page and site from now on."""
        self.page.unroute_all()
        self.page.route("**/desk/state/**", Way(**how))

    def publish(self, body=COMMENT):
        """All of it, and it is public."""
        self.review(body)
        confirm(self.page)
        becomes_public(self.page)

    def standing(self):
        """How many attempts and versions there are, and which version the public reads."""
        attempts, versions = apart(lambda: (Attempt.objects.count(), Event.objects.count()))
        public = current_name(site_from().directory)
        return attempts, versions, public and public.version

    def refused(self, code, sentence, *, before, by_script=False, others=0):
        """He reads `sentence`; there is one attempt more, with `code`; nothing is public.

        before     the standing when he confirmed
        by_script  the page itself says it: there was nothing to sign
        others     versions that somebody else made meanwhile
        """
        says = self.page.locator("[data-says]" if by_script else "#refused")
        expect(says).to_contain_text(sentence)
        attempts, versions, public = before
        assert self.standing() == (attempts + 1, versions + others, public)
        last = apart(Attempt.objects.select_related("account").first)
        assert (last.refusal, last.account, last.version) == (code, self.stan, None)
        return last


def key_of(owner, *, site):
    """A key that two administrators allowed `owner`, for `Ring.plug_with`."""
    return enrolled(owner, first=site.world.otto, second=second_administrator())


@contextmanager
def opened_for_stan(site, *, chromium):
    """Stan's browser, signed in before he had his two keys: a password was enough then."""
    context = chromium.new_context(reduced_motion="reduce")
    context.add_cookies([site.signed_in("stan")])
    context.keys = [apart(lambda: key_of(site.world.stan, site=site)) for _each in range(2)]
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()
    expect.set_options(timeout=5_000)
