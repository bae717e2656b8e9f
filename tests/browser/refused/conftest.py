"""Stan at the page of the review, with his virtual key: what the refusals have in common."""

import pytest

from tests.browser.reviewing import Desk, opened_for_stan
from tests.browser.virtual_keys import Clock, first_version


@pytest.fixture(scope="module")
def scene(site, tmp_path_factory):
    with first_version(site, directory=tmp_path_factory.mktemp("status")) as ready:
        yield ready


@pytest.fixture(scope="module")
def window(scene, chromium):
    with opened_for_stan(scene, chromium=chromium) as context:
        yield context


@pytest.fixture(scope="module")
def clock():
    clock = Clock()
    yield clock
    clock.run_on()


@pytest.fixture
def desk(scene, window, clock):
    with Desk.opened(scene, window=window, clock=clock) as desk:
        yield desk
