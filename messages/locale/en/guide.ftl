# What the bot is and how to use it.

unofficial = <i>Unofficial: not run by Parliament or the government.</i>
description =
    Follow petitions to the UK Parliament and hear when they pass milestones, get a government response or are debated.

    Unofficial: not run by Parliament or the government.
short-description = Alerts for UK Parliament petitions. Unofficial: not run by Parliament or the government.

start = 👋 <b>Petition Alerts</b>
    Follow petitions to the UK Parliament and hear when they pass milestones, get a government response or are debated. You needn’t have signed them.
start-private =
    To begin, paste a petition’s link, or send
    /follow 700143 to follow a petition by its number
    /search school meals to look for one
    /help for everything else
start-group =
    Admins of this group can send
    /follow 700143 to follow a petition by its number
    /unfollow to stop
    /settings to let everybody do that
    Everyone can use /list, /petition and /search. Only whoever asks sees the answer, where Telegram lets me.
greeting = 👋 Thanks for adding me. I tell this group what happens to petitions to the UK Parliament.

help = <b>What I can do</b>
help-more =
    You can follow several petitions at once, and paste links in any form. In groups, only admins change what is followed; in groups with topics, each topic has a list of its own.

command-start = What this bot does
command-help = All commands
command-follow = Follow petitions by number, link or words
command-unfollow = Stop following a petition
command-list = What is followed here
command-watch = News of all petitions: milestones, responses, debates
command-channels = The channels and groups you look after
command-channel = Look after a channel
command-signature = The line below the posts of a channel
command-scoreboard = One message that always shows the latest counts
command-alerts = Which kinds of news come here, with pictures or not
command-settings = Settings of a group
command-here = Move a petition to this topic
command-search = Find petitions by words
command-petition = Show a petition by number or link
command-chart = A picture of how a petition grows
command-announcements = Which messages from whoever runs the bot come
command-broadcast = Tell everybody something
command-broadcasts = What has been broadcast
command-status = How the bot is
command-stats = Chats, follows and what is followed most
command-chat = What is known of a chat
command-ban = Answer and send a chat or person nothing
command-unban = Take a ban back
command-limit = How much one chat may follow and watch
command-resend = Send messages again that were given up
command-site = Switch a site off, or on again
command-maintenance = Let alerts wait, or go on, and tell everybody
command-privacy = What is kept about you
command-mydata = Get everything kept about this chat
command-deleteme = Delete everything kept about this chat

privacy = 🔒 <b>Privacy</b>
privacy-kept =
    <b>What we keep:</b> this chat’s Telegram number and kind, which petitions and kinds of news are followed here and since when, which are muted, which channels and groups you look after, which alerts and announcements are wanted, the day on which you last wrote, whether whoever runs this bot has banned this chat or set limits for it, and the alerts and announcements we have sent or are about to send.
privacy-not-kept =
    <b>What we don’t keep:</b> names, usernames, phone numbers, or what you write. A message you send is stored only until it has been answered. The petition site is asked for the petitions and words that are looked for, but never learns by whom. Nothing about you is passed on to anyone.
privacy-how-long =
    <b>How long:</b> until you unfollow or delete it; sent alerts { $sent } days, so that nothing is sent twice; announcements { $announced } days. If you block the bot, alerts wait { $held } days for you and your list { $kept } days; then they are deleted.
privacy-rights = /mydata sends you all of it, /deleteme deletes it.
privacy-contact = Questions: { $contact }
