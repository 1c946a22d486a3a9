"""A store of its own for each test, and what stands in it."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from closebot.store import Store, Vault, new_key
from tests.store.samples import connection_of

NOBODY = 65534


@pytest.fixture
def key():
    return new_key()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "closebot.db"


@pytest.fixture
def opened():
    """Open stores that are closed after the test."""
    stores = []

    def open_store(path, *keys, **more):
        store = Store.open(path, Vault(keys), **more)
        stores.append(store)
        return store

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(opened, path, key):
    return opened(path, key)


@pytest.fixture
def filled(path, key):
    """Return a file in which Ana is connected, closed again; its one key is `key`."""
    store = Store.open(path, Vault([key]))
    asyncio.run(store.save_connection(connection_of()))
    store.close()
    return path


@pytest.fixture
def ordinary_user():
    """Have rights matter, also where the tests run as root; yields a folder of that user's."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if is_root:
            os.chown(place, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield place
        finally:
            if is_root:
                os.seteuid(0)
            place.chmod(0o700)
