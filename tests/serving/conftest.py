import threading

import pytest

from tests.bundle.trained import Trained, trained
from tl_core.serving.server import Server


@pytest.fixture
def text(home) -> Trained:
    return trained(home, "text")


@pytest.fixture
def server(home):
    """A predictor of this home, in a thread of this process."""
    server = Server(home)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    for reader in server.asked._readers.values():
        reader.end()
    thread.join()
