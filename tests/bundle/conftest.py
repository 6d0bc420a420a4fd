import pytest

from tests.bundle.tiny import Made, make


@pytest.fixture(params=["image", "text"])
def made(request, home) -> Made:
    return make(home, request.param)


@pytest.fixture
def text(home) -> Made:
    return make(home, "text")
