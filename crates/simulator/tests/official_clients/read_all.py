"""Reads a whole Slack workspace through the official Python client, posts a little, and prints totals as JSON.

Environment: SALES_TEST_SLACK_URL (base of the methods, ending in /), SALES_TEST_SLACK_TOKEN, SALES_TEST_SLACK_USER_TOKEN,
SALES_TEST_SLACK_WRITE_TOKEN and SALES_TEST_SLACK_WRITE_CHANNEL.
"""

import json
import os

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

URL = os.environ["SALES_TEST_SLACK_URL"]


def client(name):
    return WebClient(token=os.environ[name], base_url=URL)


bot = client("SALES_TEST_SLACK_TOKEN")
user = client("SALES_TEST_SLACK_USER_TOKEN")
writer = client("SALES_TEST_SLACK_WRITE_TOKEN")


def pages(call, key, **arguments):
    """All items of a listing: the client's own iteration follows the cursors."""
    return [item for page in call(**arguments) for item in page[key]]


def error(call, **arguments):
    try:
        call(**arguments)
    except SlackApiError as refused:
        return refused.response["error"]
    return None


who = bot.auth_test()
users = pages(bot.users_list, "members", limit=10)
channels = pages(bot.users_conversations, "channels", types="public_channel,private_channel", limit=3)
messages, replies, members, threads, infos = set(), set(), 0, 0, {}
for channel in channels:
    members += len(pages(bot.conversations_members, "members", channel=channel["id"], limit=4))
    for message in pages(bot.conversations_history, "messages", channel=channel["id"], limit=25, include_all_metadata=True):
        messages.add((channel["id"], message["ts"]))
        if message.get("user") and message["user"] not in infos:
            infos[message["user"]] = bot.users_info(user=message["user"])["user"]["id"]
        if message.get("reply_count"):
            threads += 1
            for reply in pages(bot.conversations_replies, "messages", channel=channel["id"], ts=message["ts"], limit=3):
                if reply["ts"] != message["ts"]:
                    replies.add((channel["id"], reply["ts"]))
found = user.search_messages(query="is:thread", count=100, sort="timestamp")["messages"]

target = os.environ["SALES_TEST_SLACK_WRITE_CHANNEL"]
posted = writer.chat_postMessage(channel=target, text="From the Python client & back", unfurl_links=False)
answer = writer.chat_postMessage(channel=target, text="A reply", thread_ts=posted["ts"], blocks=[{"type": "divider"}])
updated = writer.chat_update(channel=target, ts=posted["ts"], text="Edited")
reacted = writer.reactions_add(channel=target, timestamp=posted["ts"], name="tada")
link = writer.chat_getPermalink(channel=target, message_ts=answer["ts"])
deleted = writer.chat_delete(channel=target, ts=answer["ts"])
writer.chat_delete(channel=target, ts=posted["ts"])

print(json.dumps({
    "team": who["team_id"],
    "scopes": len(who.headers["x-oauth-scopes"].split(",")),
    "users": len(users),
    "authors": len(infos),
    "channels": len(channels),
    "members": members,
    "messages": len(messages),
    "threads": threads,
    "replies": len(replies),
    "search_total": found["total"],
    "posted": posted["message"]["text"],
    "updated": updated["text"],
    "reacted": reacted["ok"],
    "link_is_reply": "thread_ts=" + posted["ts"] in link["permalink"],
    "deleted": deleted["ts"] == answer["ts"],
    "refused": [error(bot.search_messages, query="x"), error(bot.conversations_history, channel="C0NOWHERE1")],
}, sort_keys=True))
