from tests.warm import warm  # noqa: F401 - a fixture
