// Reads a whole Slack workspace through the official Node client, posts a little, and prints totals as JSON.
//
// Environment: SALES_TEST_SLACK_URL (base of the methods, ending in /), SALES_TEST_SLACK_TOKEN, SALES_TEST_SLACK_USER_TOKEN,
// SALES_TEST_SLACK_WRITE_TOKEN and SALES_TEST_SLACK_WRITE_CHANNEL; NODE_PATH leads to @slack/web-api.

const { WebClient, LogLevel } = require('@slack/web-api');

const client = (name) =>
  new WebClient(process.env[name], { slackApiUrl: process.env.SALES_TEST_SLACK_URL, logLevel: LogLevel.ERROR, allowAbsoluteUrls: false });
const bot = client('SALES_TEST_SLACK_TOKEN');
const user = client('SALES_TEST_SLACK_USER_TOKEN');
const writer = client('SALES_TEST_SLACK_WRITE_TOKEN');

// All items of a listing: the client's own pagination follows the cursors.
const pages = async (method, key, args) => {
  const items = [];
  for await (const page of bot.paginate(method, args)) items.push(...page[key]);
  return items;
};

const error = async (call) => {
  try {
    await call();
  } catch (refused) {
    return refused.data.error;
  }
  return null;
};

const main = async () => {
  const who = await bot.auth.test();
  const users = await pages('users.list', 'members', { limit: 10 });
  const channels = await pages('users.conversations', 'channels', { types: 'public_channel,private_channel', limit: 3 });
  const [messages, replies, infos] = [new Set(), new Set(), new Set()];
  let [members, threads] = [0, 0];
  for (const { id: channel } of channels) {
    members += (await pages('conversations.members', 'members', { channel, limit: 4 })).length;
    for (const message of await pages('conversations.history', 'messages', { channel, limit: 25, include_all_metadata: true })) {
      messages.add(`${channel} ${message.ts}`);
      if (message.user && !infos.has(message.user)) infos.add((await bot.users.info({ user: message.user })).user.id);
      if (message.reply_count) {
        threads += 1;
        for (const reply of await pages('conversations.replies', 'messages', { channel, ts: message.ts, limit: 3 }))
          if (reply.ts !== message.ts) replies.add(`${channel} ${reply.ts}`);
      }
    }
  }
  const found = await user.search.messages({ query: 'is:thread', count: 100, sort: 'timestamp' });

  const channel = process.env.SALES_TEST_SLACK_WRITE_CHANNEL;
  const posted = await writer.chat.postMessage({ channel, text: 'From the Node client & back', unfurl_links: false });
  const answer = await writer.chat.postMessage({ channel, text: 'A reply', thread_ts: posted.ts, blocks: [{ type: 'divider' }] });
  const updated = await writer.chat.update({ channel, ts: posted.ts, text: 'Edited' });
  const reacted = await writer.reactions.add({ channel, timestamp: posted.ts, name: 'tada' });
  const link = await writer.chat.getPermalink({ channel, message_ts: answer.ts });
  const deleted = await writer.chat.delete({ channel, ts: answer.ts });
  await writer.chat.delete({ channel, ts: posted.ts });

  console.log(JSON.stringify({
    team: who.team_id,
    scopes: who.response_metadata.scopes.length,
    users: users.length,
    authors: infos.size,
    channels: channels.length,
    members,
    messages: messages.size,
    threads,
    replies: replies.size,
    search_total: found.messages.total,
    posted: posted.message.text,
    updated: updated.text,
    reacted: reacted.ok,
    link_is_reply: link.permalink.includes(`thread_ts=${posted.ts}`),
    deleted: deleted.ts === answer.ts,
    refused: [
      await error(() => bot.search.messages({ query: 'x' })),
      await error(() => bot.conversations.history({ channel: 'C0NOWHERE1' })),
    ],
  }));
};

main().catch((failed) => {
  console.error(failed);
  process.exitCode = 1;
});
