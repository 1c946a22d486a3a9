"""A bare AsyncApp that imports what closebot imports, and listens: what a start costs at least.

python bench/peer_bare.py <port>
"""

import os
import sys

import aiohttp
import click
import cryptography.fernet
import dateparser.date
import httpx  # noqa: TID251 - it is loaded, no more
import orjson
import phonenumbers
import pydantic
import pydantic_settings
import slack_bolt.adapter.aiohttp
import slack_bolt.adapter.socket_mode.async_handler
import slack_sdk.web.async_client
import sqlite_utils
import yaml
from slack_bolt.async_app import AsyncApp

IMPORTED = (
    aiohttp, click, cryptography.fernet, dateparser.date, httpx, orjson, phonenumbers,
    pydantic, pydantic_settings, slack_bolt, slack_sdk, sqlite_utils, yaml,
)  # fmt: skip

if __name__ == "__main__":
    app = AsyncApp(token=os.environ["SLACK_BOT_TOKEN"], signing_secret="5ec2e7")
    app.start(port=int(sys.argv[1]), host="127.0.0.1")
