# Answers. Telegram HTML, except for what follows "Toasts".

follow-new = 🔔 <b>Now following</b>
follow-already = 🔔 <b>Already following</b>
follow-full = { $limit } petitions are followed here, and that is the most a chat can follow. /unfollow one to make room.
follow-promise = We’ll tell you when it passes a milestone, gets a response or is debated.
follow-promise-closed = It can’t be signed any more. We’ll tell you if it gets a response or is debated.
follow-promise-unpublished = It can’t be signed yet. We’ll tell you when it is published, or if it is rejected.
follow-promise-refused = It can’t be signed. We’ll tell you if that changes.
follow-usage =
    Which petition? Send /follow with its number, its link, or a few words:

    /follow 700143
    /follow https://petition.parliament.uk/petitions/700143
    /follow school meals
follow-line-new = 🔔 Following { $title }
follow-line-already = ☑️ Already following { $title }
follow-line-full = ⚠️ The list is full, so { $number } was left out
follow-line-none = ❓ There is no petition { $number }
follow-line-not-now = ⏳ Not looked up yet: { $number }. Please send it again in a minute
follow-line-off = ⏸ The petition site is switched off here for the moment, so { $number } wasn’t looked up
follow-line-silent = ⚠️ The petition site didn’t answer about { $number }
follow-dropped = { $count ->
    [one] One more petition was left out. Please send it again on its own.
   *[other] { $count } more petitions were left out. Please send them again, a few at a time.
}

no-such-petition = The petition site shows no petition { $number }. Please check the number, or look for it with /search.
not-now = ⏳ We may ask the petition site only so often, and right now that is used up. Please try again in a minute.
site-silent = The petition site isn’t answering right now. Please try again in a few minutes.
site-switched-off = ⏸ The petition site is switched off here for the moment. What happens meanwhile is told afterwards; please try again later.
site-silent-since = The petition site hasn’t answered since { $since }. Please try again later.

unfollowed = <b>No longer following</b>
unfollowed-several = <b>No longer following</b>
unfollowed-line = ✖️ { $title }
unfollow-line-none = ❓ { $number } wasn’t followed here
unfollow-unknown = That petition isn’t followed here. /list shows those that are.
unfollow-words = Send /unfollow with a petition’s number or link, or on its own to choose from the list.

muted-here = 🔕 Muted here: petition { $number }
unmuted-here = 🔔 Heard again here: petition { $number }

topic-lost = ⚠️ I can’t write in one of this group’s topics any more: it was closed or deleted. Its news waits there for 7 days. Admins can open it again, or send /here with a petition’s number in another topic.
settings-heading = ⚙️ <b>Settings of this group</b>
settings-admins = Only admins change what is followed here. Everybody can look.
settings-members = Everybody in this group can change what is followed here. Only admins change these settings, and what is kept.
settings-for-groups = Settings are for groups: send /settings in one.
toast-members-may = Members may change what is followed
toast-admins-only = Only admins change what is followed
here-usage = Which petition? In the topic that should hear of it, send /here with its number or link, such as /here 700143
here-no-topics = /here works in groups with topics: it moves a petition to the topic it is sent in.
here-line-moved = 📍 From now on in this topic: { $title }
here-line-none = ❓ No other topic of this group follows { $number }

petition-usage = Which petition? Send /petition with its number or link, such as /petition 700143
cards-left = { $count ->
    [one] One more petition was left out: that’s enough cards at once.
   *[other] { $count } more petitions were left out: that’s enough cards at once.
}
search-usage = What are you looking for? Send /search with a few words, such as /search school meals

delete-really = Delete everything we keep for this chat? You would stop following all petitions, and this can’t be undone.
delete-really-group = Delete everything we keep for this group? It would stop following all petitions, in every topic, and this can’t be undone.
deleted = Done: everything we kept for this chat is deleted. Send /start whenever you want to begin again.
deleted-nothing = There was nothing left to delete.
delete-kept = Nothing was deleted.
mydata-caption = Everything we keep for this chat.
mydata-nothing = We keep nothing about this chat.

unknown-command = I don’t know that command. /help lists those I do.
free-text = Send me a petition’s link to see it, /search with a few words to find one, or /help.
channel-commands = In a channel I understand /follow, /unfollow, /list and /watch.
not-allowed-here = This is a private copy of the bot and doesn’t serve this chat.
too-many-commands = ⏳ That was a lot at once for me. Please wait a minute and try again.
admins-only = Only the admins here can do that.
admins-unknown = I couldn’t check whether you are an admin here. Please try again in a minute.
failed = Something went wrong on our side. Please try again in a minute.

## Toasts: plain text, shown over the chat for a moment.

toast-following = Now following
toast-already = Already following
toast-full = The list is full: { $limit } petitions. Unfollow one to make room.
toast-unfollowed = No longer following
toast-not-followed = That petition isn’t followed here.
toast-muted = Muted: you’ll hear nothing about this petition until you unmute it.
toast-unmuted = Unmuted: you’ll hear about this petition again.
toast-refreshed = Up to date
toast-stale-card = The petition site isn’t answering. This is what we last saw.
toast-no-such-petition = The petition site has no such petition.
toast-site-off = The petition site is switched off here for the moment. Please try again later.
toast-site-silent = The petition site isn’t answering right now. Please try again in a few minutes.
toast-not-now = We may ask the petition site only so often. Please try again in a minute.
toast-refresh-limit = You’ve refreshed a lot. Please wait a minute.
toast-deleted = Deleted
toast-kept = Nothing was deleted
stale-button = This button is too old to work. Please send the command again.
